package io.slotgate.deploy.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Sets logback up: our messages from {@code SLOTGATE_LOG_LEVEL} (info) on, those of libraries from warn on, to standard
 * error, for standard output belongs to the READY line. Done in code because reading logback's own XML format costs a
 * noticeable part of the start, as text or, by {@code SLOTGATE_LOG_FORMAT=json}, a line of JSON for each message; a file named with {@code -Dlogback.configurationFile} still wins. Logback finds this by
 * {@code META-INF/services}.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    /**
     * What is no letter, sign or space becomes a question mark: names that clients chose must not look like lines of ours, or
     * give orders to a terminal.
     */
    static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} - %replace(%msg %kvp){'[^ -~\u00a0-\udbff\udfff]','?'}%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, System.getenv("SLOTGATE_LOG_FORMAT")));
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        // Says with every connection that there are two native transports, as a warning.
        context.getLogger("io.lettuce.core.resource.Transports").setLevel(Level.ERROR);
        // Warns of each member it can't reach, again and again; who is there we say ourselves.
        context.getLogger("org.jgroups").setLevel(Level.ERROR);
        // Who changed what is told whatever the level.
        context.getLogger("slotgate.audit").setLevel(Level.INFO);
        context.getLogger("io.slotgate").setLevel(Level.toLevel(System.getenv("SLOTGATE_LOG_LEVEL"), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** @param format {@code json}; anything else, and nothing, is text */
    static Encoder<ILoggingEvent> encoder(LoggerContext context, @Nullable String format) {
        if ("json".equals(format)) {
            JsonLine encoder = new JsonLine();
            encoder.setContext(context);
            encoder.start();
            return encoder;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        return encoder;
    }
}
