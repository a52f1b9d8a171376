package io.slotgate.proxy.config;

/**
 * What is counted of slots and keys.
 *
 * @param enabled whether commands by slot, hot keys and big keys are counted
 * @param sample one of how many commands has its keys looked at, 1..1000000
 */
public record HeatConfig(boolean enabled, int sample) {
    public HeatConfig {
        Problems problems = new Problems();
        problems.range("sample", sample, 1, 1_000_000);
        problems.throwIfAny();
    }

    public static HeatConfig defaults() {
        return new HeatConfig(true, 16);
    }
}
