package io.slotgate.proxy.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.slotgate.proxy.resp.RequestFrame;
import io.slotgate.proxy.upstream.Script;
import io.slotgate.proxy.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that one worker knows, those least recently used going first when there are too many. What one worker sees for
 * the first time it tells the others, so each knows all; the bytes are there once. Confined to its worker.
 */
public final class Scripts {
    /** Most bytes of scripts that are kept. */
    static final long MOST_BYTES = 32L << 20;
    /** A longer script is not kept: it would drive out too many others. */
    static final int LONGEST = (int) (MOST_BYTES / 8);
    /** What a script takes beside its body, by a rough count; it bounds the number of scripts too. */
    static final int OVERHEAD = 512;

    private static final int SHA_DIGITS = 40;

    private record Kept(Script script, long hash) {}

    private final Worker worker;
    private final MessageDigest sha1 = sha1();
    private final LinkedHashMap<String, Kept> bySha = new LinkedHashMap<>(16, 0.75f, true);
    /** By a cheap hash of the body, for EVAL mostly brings what it brought before. */
    private final Map<Long, Script> byHash = new HashMap<>();
    private List<Scripts> others = List.of();
    private long bytes;

    public Scripts(Worker worker) {
        this.worker = worker;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Lets workers tell each other what they learn; once, before the first command. */
    public static void share(List<Scripts> ofAllWorkers) {
        for (Scripts scripts : ofAllWorkers) {
            List<Scripts> others = ofAllWorkers.stream().filter(other -> other != scripts).toList();
            scripts.worker.loop().execute(() -> scripts.others = others);
        }
    }

    /** Keeps the script that is argument {@code arg}, unless it is too long. */
    public void remember(RequestFrame frame, int arg) {
        int length = frame.length(arg);
        if (length > LONGEST) {
            return;
        }
        long hash = hash(frame.buffer(), frame.offset(arg), length);
        Script known = byHash.get(hash);
        if (known != null && known.hasBody(frame.buffer(), frame.offset(arg), length)) {
            // It counts as used now.
            bySha.get(known.sha());
            return;
        }
        byte[] body = ByteBufUtil.getBytes(frame.buffer(), frame.offset(arg), length);
        Script script = new Script(HexFormat.of().formatHex(sha1.digest(body)), body);
        keep(script, hash);
        for (Scripts other : others) {
            other.worker.loop().execute(() -> other.keep(script, hash));
        }
    }

    private void keep(Script script, long hash) {
        if (!bySha.containsKey(script.sha())) {
            bySha.put(script.sha(), new Kept(script, hash));
            byHash.put(hash, script);
            bytes += script.length() + OVERHEAD;
            makeRoom();
            count();
        }
    }

    private void makeRoom() {
        Iterator<Kept> oldest = bySha.values().iterator();
        while (bytes > MOST_BYTES) {
            Kept dropped = oldest.next();
            oldest.remove();
            byHash.remove(dropped.hash(), dropped.script());
            bytes -= dropped.script().length() + OVERHEAD;
            worker.counters().scriptsDropped++;
        }
    }

    private void count() {
        worker.counters().scriptsKnown = bySha.size();
        worker.counters().scriptBytes = bytes;
    }

    /** The script whose SHA1 is argument {@code arg}, in digits of any case; null if it is not known. */
    public @Nullable Script find(RequestFrame frame, int arg) {
        String sha = bySha.isEmpty() ? null : sha(frame, arg);
        return sha == null ? null : find(sha);
    }

    /** The script with this SHA1, in lower case digits; null if it is not known. */
    public @Nullable Script find(String sha) {
        Kept kept = bySha.get(sha);
        return kept == null ? null : kept.script();
    }

    /** The SHA1 that argument {@code arg} is, in lower case digits; null if it is too long or too short for one. */
    public static @Nullable String sha(RequestFrame frame, int arg) {
        if (frame.length(arg) != SHA_DIGITS) {
            return null;
        }
        byte[] digits = ByteBufUtil.getBytes(frame.buffer(), frame.offset(arg), SHA_DIGITS);
        for (int i = 0; i < SHA_DIGITS; i++) {
            if (digits[i] >= 'A' && digits[i] <= 'F') {
                digits[i] |= 0x20;
            }
        }
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    /** Forgets all scripts, here and on the other workers: SCRIPT FLUSH. */
    public void forget() {
        clear();
        for (Scripts other : others) {
            other.worker.loop().execute(other::clear);
        }
    }

    private void clear() {
        bySha.clear();
        byHash.clear();
        bytes = 0;
        count();
    }

    private static long hash(ByteBuf buffer, int offset, int length) {
        long hash = length;
        int at = offset;
        for (int end = offset + (length & ~7); at < end; at += 8) {
            hash = (hash ^ buffer.getLongLE(at)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        for (int end = offset + length; at < end; at++) {
            hash = (hash ^ buffer.getByte(at)) * 0x9E3779B97F4A7C15L;
        }
        return hash;
    }
}
