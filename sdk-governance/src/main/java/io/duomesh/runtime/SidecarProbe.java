package io.duomesh.runtime;

import io.duomesh.runtime.routing.FixedRouter;
import io.duomesh.runtime.routing.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a sidecar is there: {@code duomesh.mode=auto} asks once, when the runtime starts, and a
 * switch to it asks each time. Asks the ready URL where one is set, else connects to the address.
 */
final class SidecarProbe {
  private static final Duration LONGEST = Duration.ofMillis(200);

  private final @Nullable String readyUrl;
  private final @Nullable String address;
  private final Function<Target, FixedRouter.Hop> hops;

  /**
   * A probe.
   *
   * @param hops where the calls of a target enter the sidecar
   */
  SidecarProbe(MeshSettings settings, Function<Target, FixedRouter.Hop> hops) {
    this.readyUrl = settings.sidecarReadyUrl();
    this.address = settings.sidecarAddress();
    this.hops = hops;
  }

  /** Whether one answers, before any target is known. */
  boolean answers() {
    if (readyUrl != null) {
      return isReady(readyUrl);
    }
    String form = form();
    int colon = form.lastIndexOf(':');
    if (colon <= 0 || form.endsWith(":*")) {
      throw new IllegalArgumentException(
          "duomesh.mode: auto with duomesh.sidecar.address="
              + form
              + " needs duomesh.sidecar.ready-url to find out whether the sidecar is there");
    }
    return accepts(form.substring(0, colon), Integer.parseInt(form.substring(colon + 1)));
  }

  /** Whom {@link #answers} asks. */
  String asked() {
    return readyUrl != null ? readyUrl : form();
  }

  private String form() {
    return address == null ? "127.0.0.1:12220" : address;
  }

  /**
   * What was tried in vain, or null where a sidecar would take the calls of all targets.
   *
   * @param targets whose calls it would get
   */
  @Nullable String missing(Collection<Target> targets) {
    String millis = " within " + LONGEST.toMillis() + " ms";
    if (readyUrl != null) {
      return isReady(readyUrl) ? null : readyUrl + " (no answer 200" + millis + ")";
    }
    if ("original".equals(address)) {
      return "nothing: with duomesh.sidecar.address=original only duomesh.sidecar.ready-url can"
          + " say";
    }
    Set<FixedRouter.Hop> entries = new LinkedHashSet<>();
    List<String> vain = new ArrayList<>();
    for (Target target : targets) {
      try {
        entries.add(hops.apply(target));
      } catch (IllegalArgumentException e) {
        vain.add(target + " (" + e.getMessage() + ")");
      }
    }
    for (FixedRouter.Hop entry : entries) {
      if (!accepts(entry.host(), entry.port())) {
        vain.add(entry.host() + ":" + entry.port() + " (no connection" + millis + ")");
      }
    }
    if (targets.isEmpty()) {
      boolean known = address != null && !address.endsWith(":*");
      return known && answers()
          ? null
          : known
              ? address + " (no connection" + millis + ")"
              : "nothing: there is no client yet whose port to try; duomesh.sidecar.ready-url can"
                  + " say";
    }
    return vain.isEmpty() ? null : String.join(", ", vain);
  }

  private static boolean accepts(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) LONGEST.toMillis());
      return true;
    } catch (IOException e) {
      return false; // nobody listens there: that is the answer
    }
  }

  private static boolean isReady(String url) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST).build();
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LONGEST).GET().build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // no answer is an answer
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
