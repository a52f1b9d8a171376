package io.slotgate.proxy.plane;

/** How a node answers. Called for one command at a time, in the order of their coming; must not block. */
@FunctionalInterface
public interface Rule {
    Answer answer(Command command);
}
