package io.slotgate.proxy.config;

import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a file or a text to a {@link SlotgateConfig}, or to everything that is wrong with it. */
final class ConfigLoader {
    private final Function<String, @Nullable String> environment;

    /** @param environment the value of a variable, or null if it isn't set */
    ConfigLoader(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    SlotgateConfig load(Path file) {
        Problems problems = new Problems();
        String yaml = new FileSource(Path.of(""), problems).text("", file);
        problems.throwIfAny();
        Path folder = file.toAbsolutePath().getParent();
        return parse(yaml == null ? "" : yaml, folder == null ? Path.of("") : folder);
    }

    SlotgateConfig parse(String yaml, Path folder) {
        Problems problems = new Problems();
        YamlValue document = YamlTree.read(yaml, problems);
        if (document instanceof YamlValue.Empty) {
            // What else is missing from text that could not be read says nothing.
            problems.throwIfAny();
        }
        ConfigReader reader = new ConfigReader(environment, new FileSource(folder, problems), problems);
        SlotgateConfig config = reader.read(new Section("", document, problems));
        problems.throwIfAny();
        return config;
    }
}
