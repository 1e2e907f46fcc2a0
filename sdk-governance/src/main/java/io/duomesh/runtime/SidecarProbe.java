package io.duomesh.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a sidecar is there: {@code duomesh.mode=auto} asks once, when the runtime starts. */
final class SidecarProbe {
  private static final Duration LONGEST = Duration.ofMillis(200);

  private SidecarProbe() {}

  /**
   * Asks the ready URL where one is set, else connects to the address.
   *
   * @param address {@code host:port}; other forms of it name no port to try, so the URL must be set
   */
  static boolean answers(@Nullable String readyUrl, @Nullable String address) {
    if (readyUrl != null) {
      return isReady(URI.create(readyUrl));
    }
    String form = address == null ? "127.0.0.1:12220" : address;
    int colon = form.lastIndexOf(':');
    if (colon <= 0 || form.endsWith(":*")) {
      throw new IllegalArgumentException(
          "duomesh.mode: auto with duomesh.sidecar.address="
              + form
              + " needs duomesh.sidecar.ready-url to find out whether the sidecar is there");
    }
    return accepts(form.substring(0, colon), Integer.parseInt(form.substring(colon + 1)));
  }

  private static boolean accepts(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) LONGEST.toMillis());
      return true;
    } catch (IOException e) {
      return false; // nobody listens there: that is the answer
    }
  }

  private static boolean isReady(URI url) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST).build();
    try {
      HttpRequest request = HttpRequest.newBuilder(url).timeout(LONGEST).GET().build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // no answer is an answer
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
