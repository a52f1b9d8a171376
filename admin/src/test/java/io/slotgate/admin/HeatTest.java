package io.slotgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotgate.admin.view.FakeProxy;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slots and keys that one proxy saw, or all of the fleet. */
@Timeout(60)
class HeatTest {
    private final FakeProxy proxy = new FakeProxy();

    @RegisterExtension
    final AdminFixture admin = AdminFixture.open().of(proxy);

    @Test
    void tellsOfAllProxiesAndWhoHasNotTold() throws IOException, InterruptedException {
        assertThat(get("hotkeys")).isEqualTo("{\"scope\":\"fleet\",\"proxies\":[\"p1\",\"p2\"],\"missing\":[\"p3\"],"
                + "\"items\":[{\"key\":\"hot\",\"slot\":5,\"perSecond\":30.8,\"lowest\":29.0,\"highest\":33.0}]}");
        assertThat(get("bigkeys")).startsWith("{\"scope\":\"fleet\",\"proxies\":[\"p1\",\"p2\"],\"missing\":[\"p3\"],")
                .contains("\"key\":\"big\"");
        assertThat(get("slots/heat?only=reads")).contains(
                "\"scope\":\"fleet\",\"proxies\":[\"p1\",\"p2\"],\"missing\":[\"p3\"],\"reads\":[2,4]}");
    }

    @Test
    void tellsOfThisProxyAlone() throws IOException, InterruptedException {
        String own = "\"scope\":\"proxy\",\"proxies\":[\"p1\"],\"missing\":[],";
        assertThat(get("hotkeys?scope=proxy")).contains(own).contains("\"lowest\":9.0,\"highest\":12.0");
        assertThat(get("bigkeys?scope=proxy")).contains(own);
        assertThat(get("slots/heat?scope=proxy")).contains(own + "\"slots\":[4,6],\"reads\":[1,2],\"writes\":[3,4]}");
        assertThat(proxy.fleetQuestions).hasValue(0);
    }

    @Test
    void asksNobodyWhereNobodyElseIs() throws IOException, InterruptedException {
        proxy.members = List.of(FakeProxy.member("p1"));

        assertThat(get("hotkeys")).contains("\"scope\":\"proxy\",\"proxies\":[\"p1\"],\"missing\":[],");
        assertThat(proxy.fleetQuestions).hasValue(0);
        assertThat(get("hotkeys?scope=fleet")).contains("\"scope\":\"fleet\"");
    }

    private String get(String path) throws IOException, InterruptedException {
        return admin.client().get("/api/v1/" + path).body();
    }
}
