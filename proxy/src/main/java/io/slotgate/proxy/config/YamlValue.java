package io.slotgate.proxy.config;

import java.util.List;
import java.util.Map;

/** A value of a YAML document; a scalar is kept as it is written, for only who asks for it knows what it should be. */
sealed interface YamlValue {
    /** What the value is, for a message. */
    String describe();

    record Mapping(Map<String, YamlValue> entries) implements YamlValue {
        @Override
        public String describe() {
            return "a mapping";
        }
    }

    record Sequence(List<YamlValue> items) implements YamlValue {
        @Override
        public String describe() {
            return "a list";
        }
    }

    record Scalar(String text) implements YamlValue {
        @Override
        public String describe() {
            return Units.quoted(text);
        }
    }

    /** Nothing behind the key; the same as leaving the key out. */
    record Empty() implements YamlValue {
        @Override
        public String describe() {
            return "nothing";
        }
    }
}
