package io.slotgate.proxy.config;

/** Who does the cryptography of TLS. */
public enum TlsProvider {
    /** BoringSSL where its native library loads, else the JDK. */
    AUTO,
    /** BoringSSL; starting fails where its native library doesn't load. */
    OPENSSL,
    /** The JDK's own implementation. */
    JDK
}
