package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.Contract.Operation;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract and the server know the same routes; and the contract is in good order. */
class ContractRoutesTest {
    private static final Contract CONTRACT = Contract.OF_API;

    @Test
    void hasEveryRouteAndNoOther() throws IOException {
        try (AdminFixture admin = AdminFixture.withTokens().start()) {
            List<String> documented = CONTRACT.operations().stream()
                    .flatMap(operation -> operation.method().equals("GET")
                            ? Stream.of(operation.toString(), "HEAD " + operation.path())
                            : Stream.of(operation.toString()))
                    .toList();

            assertThat(admin.server().routes()).containsExactlyInAnyOrderElementsOf(documented);
        }
    }

    private static Stream<Operation> operations() {
        return CONTRACT.operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void saysOfEachWhatItIsAndWhoMay(Operation operation) {
        assertThat(operation.id()).matches("[a-z][A-Za-z]+");
        assertThat(operation.role()).isIn("anyone", "viewer", "operator", "admin");
        assertThat(operation.node().path("summary").asString()).isNotBlank().doesNotEndWith(".");
        assertThat(operation.node().path("tags")).hasSize(1).allSatisfy(tag -> assertThat(
                CONTRACT.document().path("tags")).anySatisfy(each -> assertThat(each.path("name")).isEqualTo(tag)));
        // Who needs no token is not asked for one by the viewer either.
        assertThat(operation.node().has("security")).isEqualTo(operation.role().equals("anyone"));
        assertThat(operation.path().split("\\{", -1).length - 1).isEqualTo(
                operation.parameters().stream().filter(each -> each.path("in").asString().equals("path")).count());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void namesTheRefusalsThatBelongToEach(Operation operation) {
        List<String> statuses = operation.node().path("responses").propertyNames().stream().toList();

        assertThat(statuses).anyMatch(status -> status.startsWith("2")).contains("421", "500").doesNotHaveDuplicates();
        if (!operation.role().equals("anyone")) {
            assertThat(statuses).contains("401", "429");
        }
        if (operation.role().equals("operator") || operation.role().equals("admin")) {
            assertThat(statuses).contains("400", "403", "503");
        }
        if (operation.takesBody()) {
            assertThat(statuses).contains("413", "415");
        }
        if (operation.method().equals("POST")) {
            assertThat(statuses).contains("409", "422");
        }
    }

    @Test
    void hasNoTwoOperationsOfOneName() {
        assertThat(operations().map(Operation::id).toList()).doesNotHaveDuplicates();
    }

    @Test
    void refersToNothingThatIsNotThere() {
        assertThat(CONTRACT.document().findValuesAsString("$ref")).isNotEmpty().allSatisfy(
                reference -> assertThat(CONTRACT.document().at(reference.substring(1)).isMissingNode()).as(reference)
                        .isFalse());
    }

    @Test
    void hasNoPartThatNothingRefersTo() {
        List<String> used = CONTRACT.document().findValuesAsString("$ref");

        for (String kind : List.of("parameters", "responses", "schemas")) {
            for (String name : CONTRACT.document().at("/components/" + kind).propertyNames()) {
                assertThat(used).contains("#/components/" + kind + "/" + name);
            }
        }
    }
}
