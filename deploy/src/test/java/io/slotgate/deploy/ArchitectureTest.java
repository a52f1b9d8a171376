package io.slotgate.deploy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Modules and rooms know each other in one direction only; here is which. A rule that is broken is a question to the design,
 * not to this table.
 */
class ArchitectureTest {
    private static final String ROOT = "io.slotgate.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.slotgate");

    /** The rooms of each module, and those of others that each may know. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "topology.model | ''",
        "topology.table | topology.model",
        "topology.net | ''",
        "topology.discovery | topology.model, topology.table, topology.net",
        "topology.history | topology.model, topology.table",
        "topology.tls | ''",
        "topology.codec | ''",
        "topology.fleet | topology.model, topology.codec, topology.tls, topology.fleet.agreed",
        "topology.fleet.agreed | ''",
        "topology.dns | topology.model, topology.fleet",
        "proxy.resp | ''",
        "proxy.metrics | ''",
        "proxy.config | topology.model",
        "proxy.command | proxy.resp",
        "proxy.observe | proxy.command, proxy.resp, topology.codec",
        "proxy.worker | proxy.metrics, proxy.observe, topology.net",
        // What a worker counts are fields that everything on it writes.
        "proxy.upstream | proxy.worker, proxy.observe, proxy.metrics, proxy.resp, proxy.command, proxy.config, topology.model, topology.net",
        "proxy.facade | proxy.resp, proxy.command, proxy.config, topology.model",
        "proxy.route | proxy.command, proxy.facade, proxy.resp",
        "proxy.redirect | proxy.upstream, proxy.worker, proxy.metrics, proxy.resp, proxy.command, topology.model",
        "proxy.script | proxy.upstream, proxy.worker, proxy.metrics, proxy.resp",
        "proxy.fanout | proxy.redirect, proxy.route, proxy.upstream, proxy.worker, proxy.observe, proxy.metrics, proxy.resp, proxy.command, topology.model",
        "proxy.pubsub | proxy.redirect, proxy.route, proxy.upstream, proxy.worker, proxy.metrics, proxy.resp, proxy.command, topology.model",
        "proxy.tracking | proxy.upstream, proxy.worker, proxy.metrics, proxy.resp, topology.model",
        "proxy.clients | proxy.upstream, proxy.facade, proxy.worker, proxy.resp, proxy.command",
        "proxy.transaction | proxy.route, proxy.facade, proxy.worker, proxy.metrics, proxy.resp, proxy.command",
        "proxy.session | proxy.clients, proxy.transaction, proxy.pubsub, proxy.tracking, proxy.script, proxy.fanout, proxy.redirect, proxy.route, proxy.facade, proxy.upstream, proxy.worker, proxy.observe, proxy.metrics, proxy.resp, proxy.command, proxy.config, topology.model",
        "proxy.server | proxy.., topology..",
        "admin.http | proxy.config, topology.tls",
        "admin.pages | admin.http",
        "admin.security | admin.http, proxy.config",
        "admin.view | proxy.server, proxy.config, proxy.clients, proxy.metrics, proxy.observe, proxy.upstream, topology.discovery, topology.history, topology.fleet, topology.fleet.agreed, topology.model",
        "admin.metrics.push | proxy.config",
        "admin.metrics | admin.metrics.push, proxy.config, admin.view, proxy.metrics, proxy.observe, topology.model",
        "admin.traces | proxy.observe",
        "admin.settings | admin.http, admin.security, admin.view, proxy.config, topology.fleet.agreed",
        "admin.operations | admin.http, admin.security, admin.view, topology.discovery, topology.model",
        "admin.api | admin.http, admin.security, admin.view, admin.metrics, admin.settings, admin.operations, proxy.config, proxy.command, proxy.clients, proxy.metrics, proxy.observe, proxy.upstream, topology.discovery, topology.history, topology.fleet, topology.table, topology.model",
        "admin | admin.., proxy.config, proxy.observe, topology.model",
        "deploy.dev | topology.model",
        "deploy.logging | admin.settings",
        "deploy.client | topology.tls",
        "deploy.rehearsal | ''",
        "deploy.operator | deploy.client",
        "deploy.cli | deploy.dev, deploy.client, deploy.operator, proxy.config, topology.model",
        "deploy | deploy.., admin, admin.view, proxy.server, proxy.config, topology.tls",
    })
    void knowsOnly(String room, String others) {
        String[] allowed = Stream.concat(Stream.of(room), Stream.of(others.split(", ")).filter(name -> !name.isEmpty()))
                .map(ROOT::concat).toArray(String[]::new);

        noClasses().that().resideInAPackage(ROOT + room)
                .should().dependOnClassesThat(
                        resideInAnyPackage("io.slotgate..").and(resideOutsideOfPackages(allowed)))
                .check(CLASSES);
    }

    @Test
    void knowsEveryRoom() throws NoSuchMethodException {
        CsvSource table = ArchitectureTest.class.getDeclaredMethod("knowsOnly", String.class, String.class)
                .getAnnotation(CsvSource.class);

        Set<String> listed = Stream.of(table.value()).map(row -> ROOT + row.substring(0, row.indexOf(" |")))
                .collect(Collectors.toSet());

        assertThat(rooms()).extracting(JavaPackage::getName).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void hasNoCycles() {
        slices().matching("io.slotgate.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void speaksToNodesThroughLettuceInDiscoveryOnly() {
        noClasses().that().resideOutsideOfPackage("io.slotgate.topology.discovery")
                .should().dependOnClassesThat().resideInAnyPackage("io.lettuce..")
                .check(CLASSES);
    }

    @Test
    void speaksToOtherProxiesInTheFleetOnly() {
        noClasses().that().resideOutsideOfPackage("io.slotgate.topology.fleet..")
                .should().dependOnClassesThat().resideInAnyPackage("org.jgroups..")
                .check(CLASSES);
    }

    @Test
    void speaksToAwsInTwoRoomsOnly() {
        noClasses().that().resideOutsideOfPackages("io.slotgate.topology.dns", "io.slotgate.admin.metrics.push")
                .should().dependOnClassesThat().resideInAnyPackage("software.amazon..")
                .check(CLASSES);
    }

    @Test
    void speaksToCollectorsInTwoRoomsOnly() {
        noClasses().that().resideOutsideOfPackages("io.slotgate.admin.traces", "io.slotgate.admin.metrics.push")
                .should().dependOnClassesThat().resideInAnyPackage("io.opentelemetry..", "com.google.protobuf..")
                .check(CLASSES);
    }

    @Test
    void servesHttpInTheAdminModuleOnly() {
        noClasses().that().resideOutsideOfPackage("io.slotgate.admin..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "io.micrometer..", "jakarta..", "kotlin..")
                .check(CLASSES);
    }

    @Test
    void knowsTheLoggingLibraryInOneRoomOnly() {
        noClasses().that().resideOutsideOfPackage("io.slotgate.deploy.logging")
                .should().dependOnClassesThat().resideInAnyPackage("ch.qos.logback..")
                .check(CLASSES);
    }

    @Test
    void knowsNettyInTheDataPlaneOnly() {
        noClasses().that().resideOutsideOfPackages("io.slotgate.proxy..", "io.slotgate.topology.discovery",
                "io.slotgate.topology.net", "io.slotgate.deploy.dev")
                .should().dependOnClassesThat().resideInAnyPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void marksEveryRoomForNullness() {
        assertThat(rooms()).allSatisfy(room -> assertThat(room.isAnnotatedWith(NullMarked.class))
                .as("package-info of %s with @NullMarked", room.getName()).isTrue());
    }

    /** Every package that has classes of its own. */
    private static List<JavaPackage> rooms() {
        Set<String> names = CLASSES.stream().map(type -> type.getPackageName())
                .collect(Collectors.toCollection(TreeSet::new));
        return names.stream().map(CLASSES::getPackage).toList();
    }
}
