package io.duomesh.xds.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.duomesh.xds.proto.envoy.config.listener.v3.Filter;
import io.duomesh.xds.proto.envoy.config.listener.v3.Listener;
import io.duomesh.xds.proto.envoy.config.route.v3.Route;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteAction;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteConfiguration;
import io.duomesh.xds.proto.envoy.config.route.v3.RouteMatch;
import io.duomesh.xds.proto.envoy.config.route.v3.VirtualHost;
import io.duomesh.xds.proto.envoy.extensions.filters.http.router.v3.Router;
import io.duomesh.xds.proto.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.duomesh.xds.proto.envoy.service.discovery.v3.DiscoveryResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RelocatedProtosTest {

  private static final String ROUTE_TYPE =
      "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";

  /**
   * Written down by hand from the field numbers of the API, not printed by the classes under test.
   */
  private static final byte[] ROUTE_BYTES =
      HexFormat.of()
          .parseHex(
              "0a0438303830" // name: "8080"
                  + "1216" // virtual_hosts, 22 bytes
                  + "0a0161" // name: "a"
                  + "12012a" // domains: "*"
                  + "1a0e" // routes, 14 bytes
                  + "0a03"
                  + "0a012f" // match { prefix: "/" }
                  + "1207"
                  + "0a056f75746572"); // route { cluster: "outer" }

  @Test
  void anyWithEnvoysTypeUrlUnpacksIntoTheRelocatedClass() throws Exception {
    Any any =
        Any.parseFrom(
            Any.newBuilder()
                .setTypeUrl(ROUTE_TYPE)
                .setValue(com.google.protobuf.ByteString.copyFrom(ROUTE_BYTES))
                .build()
                .toByteArray());

    RouteConfiguration expected =
        RouteConfiguration.newBuilder()
            .setName("8080")
            .addVirtualHosts(
                VirtualHost.newBuilder()
                    .setName("a")
                    .addDomains("*")
                    .addRoutes(
                        Route.newBuilder()
                            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                            .setRoute(RouteAction.newBuilder().setCluster("outer"))))
            .build();
    assertEquals(expected, any.unpack(RouteConfiguration.class));
    assertEquals(ROUTE_TYPE, Any.pack(expected).getTypeUrl());
    assertEquals(
        HexFormat.of().formatHex(ROUTE_BYTES), HexFormat.of().formatHex(expected.toByteArray()));
  }

  @Test
  void jsonWithNestedTypesIsReadThroughTheRegistry() throws Exception {
    String json =
        """
        {"version_info": "7", "type_url": "type.googleapis.com/envoy.config.listener.v3.Listener", "resources": [{
          "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
          "name": "0.0.0.0_8080",
          "filter_chains": [{"filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              "rds": {"route_config_name": "8080", "config_source": {"ads": {}}},
              "http_filters": [{
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}
              }]
            }
          }]}]
        }]}
        """;
    DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder();
    JsonFormat.parser().usingTypeRegistry(registry()).merge(json, response);

    Listener listener = response.getResources(0).unpack(Listener.class);
    Filter filter = listener.getFilterChains(0).getFilters(0);
    HttpConnectionManager manager = filter.getTypedConfig().unpack(HttpConnectionManager.class);
    assertEquals("8080", manager.getRds().getRouteConfigName());
    assertTrue(manager.getHttpFilters(0).getTypedConfig().is(Router.class));

    DiscoveryResponse.Builder again = DiscoveryResponse.newBuilder();
    JsonFormat.parser()
        .usingTypeRegistry(registry())
        .merge(JsonFormat.printer().usingTypeRegistry(registry()).print(response), again);
    assertEquals(response.build(), again.build());
  }

  @Test
  void everyFileOfTheJarIsListedAndKeepsItsProtoPackage() {
    assertEquals(
        XdsProtos.fileDescriptors().size(),
        XdsProtos.fileDescriptors().stream().map(file -> file.getFullName()).distinct().count());
    for (var file : XdsProtos.fileDescriptors()) {
      assertEquals(
          "io.duomesh.xds.proto." + file.getPackage(),
          file.getOptions().getJavaPackage(),
          file.getFullName());
    }
  }

  @Test
  void nothingIsOutsideOurPackage() throws Exception {
    Path classes =
        Path.of(XdsProtos.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertTrue(Files.isDirectory(classes), classes + " is the module's own class directory");
    List<String> strays;
    try (Stream<Path> files = Files.walk(classes)) {
      strays =
          files
              .filter(Files::isRegularFile)
              .map(file -> classes.relativize(file).toString().replace('\\', '/'))
              .filter(file -> !file.startsWith("io/duomesh/xds/proto/") || !file.endsWith(".class"))
              .toList();
    }
    assertEquals(List.of(), strays);
    assertFalse(XdsProtos.fileDescriptors().isEmpty());
  }

  private static TypeRegistry registry() {
    return TypeRegistry.newBuilder().add(XdsProtos.typeRegistryDescriptors()).build();
  }
}
