package io.slotgate.proxy.resp;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RequestLimitsTest {
    @Test
    void namesTheValueThatIsOutOfBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(0, 1, 64, true))
                .withMessage("bulkBytes: 0 (expected: 1..2146435071)");
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(2146435072L, 1, 64, true))
                .withMessage("bulkBytes: 2146435072 (expected: 1..2146435071)");
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(1, 0, 64, true))
                .withMessage("arguments: 0 (expected: 1..)");
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestLimits(1, 1, 63, true))
                .withMessage("inlineBytes: 63 (expected: 64..)");
    }
}
