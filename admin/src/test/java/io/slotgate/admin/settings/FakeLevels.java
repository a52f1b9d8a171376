package io.slotgate.admin.settings;

/** Remembers the level it was told; "info" at first. */
final class FakeLevels implements LogLevels {
    private volatile String word = "info";

    @Override
    public String level() {
        return word;
    }

    @Override
    public void level(String changed) {
        word = changed;
    }
}
