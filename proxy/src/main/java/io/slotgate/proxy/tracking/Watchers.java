package io.slotgate.proxy.tracking;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Who tracks a key: mostly one, so that one needs no set. */
sealed interface Watchers {
    void forEach(Consumer<Enrolment> each);

    int size();

    /** Many. */
    record Crowd(Set<Enrolment> all) implements Watchers {
        static Crowd of(Enrolment first, Enrolment second) {
            Set<Enrolment> all = new LinkedHashSet<>();
            all.add(first);
            all.add(second);
            return new Crowd(all);
        }

        @Override
        public void forEach(Consumer<Enrolment> each) {
            all.forEach(each);
        }

        @Override
        public int size() {
            return all.size();
        }
    }

    /** One. */
    record One(Enrolment enrolment) implements Watchers {
        @Override
        public void forEach(Consumer<Enrolment> each) {
            each.accept(enrolment);
        }

        @Override
        public int size() {
            return 1;
        }
    }
}
