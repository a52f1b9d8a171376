package io.slotgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import io.slotgate.proxy.plane.Answer;
import io.slotgate.proxy.plane.Command;
import io.slotgate.proxy.plane.FakeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EncryptedChannelTest {
    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void repliesAreReadHoweverTheRecordsCutThem(SslProvider provider) throws Exception {
        X509Bundle certificate = new CertificateBuilder().ecp256().subject("CN=node").addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true).buildSelfSigned();
        SSLContext ofNode = SSLContext.getInstance("TLS");
        ofNode.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        SslContext context = SslContextBuilder.forClient().sslProvider(provider)
                .trustManager(certificate.getCertificate()).build();
        try (FakeNode node = new FakeNode(EncryptedChannelTest::answer, ofNode.getServerSocketFactory());
                ChannelFixture fixture = new ChannelFixture(node.address(), 2, null, context,
                        Duration.ofSeconds(10))) {
            fixture.connect();
            await().until(() -> fixture.call(fixture.channel::ready));
            List<String> expected = new ArrayList<>(List.of("ready"));
            for (int size = 5; size < 150_000; size = size * 3 / 2) {
                String text = answerText(size);
                fixture.send("GET", String.valueOf(size));
                expected.add("reply " + (text.length() > 100 ? text.length() + " bytes" : text.trim()));
            }

            await().until(() -> fixture.events.size() == expected.size());

            assertThat(fixture.events).containsExactlyElementsOf(expected);
            assertThat(fixture.sockets).as("connections").hasSize(1);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    private static String answerText(int size) {
        return "*2\r\n" + Answer.bulkText("x".repeat(size / 2)) + Answer.bulkText("y".repeat(size - size / 2));
    }

    /** In two records at least, the first of which ends within the reply. */
    private static Answer answer(Command command) {
        String text = answerText(Integer.parseInt(command.word(1)));
        int cut = text.length() / 3;
        return Answer.raw(text.substring(0, cut)).then(Answer.raw(text.substring(cut)));
    }
}
