package io.duomesh.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.Duomesh;
import io.duomesh.RpcException;
import io.duomesh.traffic.ClusterEndpoints;
import io.duomesh.traffic.ClusterSpec;
import io.duomesh.traffic.Endpoint;
import io.duomesh.traffic.LbPolicy;
import io.duomesh.traffic.Listener;
import io.duomesh.traffic.Route;
import io.duomesh.traffic.RouteAction;
import io.duomesh.traffic.RouteConfiguration;
import io.duomesh.traffic.RouteMatch;
import io.duomesh.traffic.TlsPolicy;
import io.duomesh.traffic.TrafficSnapshot;
import io.duomesh.traffic.VirtualHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A server with one of Spring's SSL bundles, and clients whose routes a bean says. */
class TlsTest {
  @TempDir static Path files;

  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = files.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                (Path.of(System.getProperty("java.home"), "bin", "keytool")
                        + " -genkeypair -alias rpc -keyalg EC -dname CN=localhost"
                        + " -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass changeit -keystore "
                        + store)
                    .split(" "))
            .redirectErrorStream(true)
            .start();
    keytool.waitFor(30, TimeUnit.SECONDS);
    export(store);
  }

  private static void export(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    char[] password = "changeit".toCharArray();
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    write("tls.crt", "CERTIFICATE", keys.getCertificate("rpc").getEncoded());
    write("tls.key", "PRIVATE KEY", keys.getKey("rpc", password).getEncoded());
  }

  private static void write(String file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(content);
    Files.writeString(
        files.resolve(file),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, text, kind));
  }

  @ParameterizedTest
  @ValueSource(strings = {"triple", "bolt"})
  void bundleSecuresTheServersPort(String protocol) {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
        .withUserConfiguration(CallsTest.Serving.class)
        .withPropertyValues(
            "duomesh.server.port=0",
            "duomesh.server.address=127.0.0.1",
            "duomesh.server.ssl-bundle=rpc",
            "spring.ssl.bundle.pem.rpc.keystore.certificate=file:" + files.resolve("tls.crt"),
            "spring.ssl.bundle.pem.rpc.keystore.private-key=file:" + files.resolve("tls.key"))
        .run(
            serving -> {
              int port = serving.getBean(Duomesh.class).port();
              assertEquals("hello you", call(protocol, port, files.resolve("tls.crt")));
              RpcException refused =
                  assertThrows(RpcException.class, () -> call(protocol, port, null));
              assertTrue(refused.status().message().contains("127.0.0.1:" + port));
            });
  }

  /**
   * A call that trusts the given certificate; that of the JDK's authorities where there is none.
   */
  private static String call(String protocol, int port, @Nullable Path trusted) {
    String[] answer = new String[1];
    RuntimeException[] failure = new RuntimeException[1];
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DuomeshAutoConfiguration.class))
        .withUserConfiguration(CallsTest.Calling.class)
        .withBean(TrafficSnapshot.class, () -> snapshot(protocol, port, trusted))
        .withPropertyValues("greeter=greeter")
        .run(
            context -> {
              try {
                answer[0] = context.getBean(Greeting.class).greet("you");
              } catch (RpcException e) {
                failure[0] = e;
              }
            });
    if (failure[0] != null) {
      throw failure[0];
    }
    return answer[0];
  }

  private static TrafficSnapshot snapshot(String protocol, int port, @Nullable Path trusted) {
    ClusterSpec plain = ClusterSpec.of("greeter", protocol, LbPolicy.ROUND_ROBIN);
    ClusterSpec secured =
        new ClusterSpec(
            plain.name(),
            plain.protocol(),
            plain.discovery(),
            plain.lbPolicy(),
            plain.locality(),
            plain.circuitBreakers(),
            Duration.ofSeconds(5),
            TlsPolicy.trusting(trusted),
            null,
            Map.of());
    Route route = Route.of("all", RouteMatch.prefix(""), RouteAction.Forward.to("greeter"));
    RouteConfiguration routes =
        RouteConfiguration.of("greeter", VirtualHost.of("all", List.of("*"), route));
    return new TrafficSnapshot(
        "1",
        Map.of("greeter", Listener.api("greeter", Listener.HttpRoutes.of(routes))),
        Map.of(),
        Map.of("greeter", secured),
        Map.of("greeter", ClusterEndpoints.of("greeter", List.of(Endpoint.of("127.0.0.1", port)))),
        null);
  }
}
