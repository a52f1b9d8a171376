package io.slotgate.it;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the client matrix does with a library, each by the way that the library's users would take. A method throws
 * UnsupportedOperationException where the library has no such thing in its mode.
 */
interface MatrixClient extends AutoCloseable {
    void set(String key, String value) throws Exception;

    @Nullable
    String get(String key) throws Exception;

    /** Fails with the server's error if the key holds no number. */
    long increment(String key) throws Exception;

    void setHash(String key, Map<String, String> fields) throws Exception;

    Map<String, String> hash(String key) throws Exception;

    /** Writes each key with itself as its value, then reads all of them, without waiting between; what was read. */
    List<String> pipeline(List<String> keys) throws Exception;

    void setAll(Map<String, String> values) throws Exception;

    List<@Nullable String> getAll(List<String> keys) throws Exception;

    long delete(Collection<String> keys) throws Exception;

    /** The keys that match, page by page. */
    Set<String> scan(String pattern) throws Exception;

    /** Runs a script of one key and one argument; by its digest, where the library can. */
    Object script(String script, String key, String argument) throws Exception;

    /** Sets the key to 1 and increments it in one transaction; what the increment answered. */
    Object transaction(String key) throws Exception;

    void push(String key, String element) throws Exception;

    /** Waits for an element of a list. */
    @Nullable
    String pop(String key, int seconds) throws Exception;

    /** Returns once what is published from now on is heard. */
    void subscribe(String channel, Consumer<String> listener) throws Exception;

    void publish(String channel, String message) throws Exception;

    @Override
    void close() throws Exception;
}
