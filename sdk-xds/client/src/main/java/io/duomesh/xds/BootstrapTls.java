package io.duomesh.xds;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.duomesh.Settings;
import io.duomesh.traffic.TlsPolicy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how the control plane is to be trusted. */
final class BootstrapTls {
  private static final String KEY = "duomesh.xds.tls.";

  private BootstrapTls() {}

  /** The settings' TLS; else that of the first channel credentials which are understood. */
  static @Nullable TlsPolicy of(Settings settings, JsonObject bootstrap, JsonObject server) {
    Path ca = path(settings.get(KEY + "ca"));
    Path certificate = path(settings.get(KEY + "certificate"));
    Path key = path(settings.get(KEY + "private-key"));
    String name = settings.get(KEY + "server-name");
    boolean any = ca != null || certificate != null || key != null || name != null;
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          KEY + "certificate and " + KEY + "private-key are set together or not at all");
    }
    if (settings.flag(KEY + "enabled", any)) {
      return new TlsPolicy(certificate, key, ca, false, name, List.of());
    }
    if (settings.get("duomesh.xds.server") != null
        || !(server.get("channel_creds") instanceof JsonArray all)) {
      return null;
    }
    for (JsonElement one : all) {
      JsonObject credentials = one.getAsJsonObject();
      String type = text(credentials, "type");
      if ("insecure".equals(type)) {
        return null;
      }
      if ("tls".equals(type)) {
        return files(credentials.get("config") instanceof JsonObject config ? config : bootstrap);
      }
    }
    throw new IllegalArgumentException(
        "channel_creds: " + all + " (expected: one of type insecure or tls)");
  }

  private static TlsPolicy files(JsonObject config) {
    return new TlsPolicy(
        path(text(config, "certificate_file")),
        path(text(config, "private_key_file")),
        path(text(config, "ca_certificate_file")),
        false,
        null,
        List.of());
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  private static @Nullable String text(JsonObject object, String name) {
    JsonElement value = object.get(name);
    return value == null ? null : value.getAsString();
  }
}
