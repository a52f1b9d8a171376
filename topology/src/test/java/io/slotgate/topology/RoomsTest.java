package io.slotgate.topology;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.slotgate.topology");

    @Test
    void roomsDependOneWay() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("model").definedBy("io.slotgate.topology.model..")
                .layer("table").definedBy("io.slotgate.topology.table..")
                .layer("discovery").definedBy("io.slotgate.topology.discovery..")
                .layer("history").definedBy("io.slotgate.topology.history..")
                .layer("fleet").definedBy("io.slotgate.topology.fleet..")
                .layer("dns").definedBy("io.slotgate.topology.dns..")
                .whereLayer("dns").mayNotBeAccessedByAnyLayer()
                .whereLayer("fleet").mayOnlyBeAccessedByLayers("dns")
                .whereLayer("discovery").mayNotBeAccessedByAnyLayer()
                .whereLayer("history").mayNotBeAccessedByAnyLayer()
                .whereLayer("table").mayOnlyBeAccessedByLayers("discovery", "history")
                .whereLayer("model").mayOnlyBeAccessedByLayers("table", "discovery", "history", "fleet", "dns")
                .check(CLASSES);
    }

    @Test
    void modelAndTableKnowNothingOfTheNetwork() {
        noClasses().that().resideInAnyPackage("io.slotgate.topology.model..", "io.slotgate.topology.table..")
                .should().dependOnClassesThat()
                .resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..", "java.net..", "java.nio.channels..")
                .check(CLASSES);
    }
}
