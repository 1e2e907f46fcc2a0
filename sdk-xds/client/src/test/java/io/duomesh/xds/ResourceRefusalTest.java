package io.duomesh.xds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duomesh.traffic.LocalRateLimit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is refused, and with which words. Envoy refuses each of these too, but for our own protocol
 * names.
 */
final class ResourceRefusalTest {
  private static final String CLUSTER =
      "\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\"";
  private static final String ENDPOINTS =
      "\"@type\": \"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: ''| name must not be empty",
        "name: a, type: EDS| eds_cluster_config is missing",
        "name: a, type: STATIC, eds_cluster_config: {eds_config: {ads: {}}}| eds_cluster_config is set",
        "name: a, type: ORIGINAL_DST| lb_policy ROUND_ROBIN is not valid",
        "name: a, lb_policy: CLUSTER_PROVIDED| lb_policy CLUSTER_PROVIDED is not valid",
        "name: a, connect_timeout: 0s| connect_timeout must be more than 0s",
        "name: a, lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 5, maximum_ring_size: 4}| minimum_ring_size (5) > maximum_ring_size (4)",
        "name: a, lb_policy: MAGLEV, maglev_lb_config: {table_size: 4}| table_size 4 is not a prime",
        "name: a, lb_policy: LEAST_REQUEST, least_request_lb_config: {choice_count: 1}| choice_count is 1, must be gte 2",
        "name: a, type: LOGICAL_DNS| exactly one endpoint",
        "name: a, type: STATIC, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: host, port_value: 1}}}}]}]}| host is no IP address",
        "name: a, type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED, load_assignment: {cluster_name: a}| load_assignment is set",
        "name: a, lb_policy: RING_HASH, common_lb_config: {consistent_hashing_lb_config: {use_hostname_for_hashing: true}}| use_hostname_for_hashing is not valid",
        "name: a, metadata: {filter_metadata: {io.duomesh: {protocol: dubbo}}}| protocol: dubbo (expected: bolt or triple)",
      })
  void clusterIsRefused(String yaml, String why) {
    assertRefused("[{" + CLUSTER + ", " + yaml + "}]", why.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "endpoints: [{lb_endpoints: [{load_balancing_weight: 0, endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]| load_balancing_weight is 0",
        "endpoints: [{load_balancing_weight: 0}]| load_balancing_weight is 0",
        "endpoints: [{priority: 129}]| priority is 129",
        "endpoints: [{lb_endpoints: [{endpoint_name: x}]}]| endpoint_name x is not among named_endpoints",
        "policy: {overprovisioning_factor: 0}| overprovisioning_factor is 0",
        "policy: {drop_overloads: [{category: a, drop_percentage: {numerator: 200}}]}| more than 100 %",
        "policy: {drop_overloads: [{category: a}, {category: b}]}| more than one entry",
      })
  void loadAssignmentIsRefused(String yaml, String why) {
    assertRefused("[{" + ENDPOINTS + ", cluster_name: a, " + yaml + "}]", why.strip());
  }

  private static void assertRefused(String yaml, String why) {
    XdsFile file = XdsFile.parse("# yaml\n" + yaml);
    assertEquals(1, file.resources().size());
    String reason = file.resources().get(0).reason();
    assertTrue(reason.contains(why), reason);
    assertTrue(file.snapshot().clusters().isEmpty() && file.snapshot().endpoints().isEmpty());
  }

  private static String listener(String filter) {
    return """
        # yaml
        - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
          name: l
          address: {socket_address: {address: 127.0.0.1, port_value: 80}}
          filter_chains:
          - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: x
                rds: {route_config_name: r, config_source: {ads: {}}}
                http_filters:
                - %s
                - name: router
                  typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
        """
        .formatted(filter);
  }

  @Test
  void unknownFilterIsRefusedUnlessOptional() {
    String unknown =
        "{name: f, typed_config: {\"@type\": type.googleapis.com/some.Filter, a: 1}%s}";
    String reason = XdsFile.parse(listener(unknown.formatted(""))).resources().get(0).reason();
    assertTrue(reason.contains("filter f: some.Filter is not supported"), reason);
    assertEquals(
        Set.of("l"),
        XdsFile.parse(listener(unknown.formatted(", is_optional: true")))
            .snapshot()
            .listeners()
            .keySet());
  }

  @Test
  void localRateLimitIsReadAsMessageAndAsTypedStruct() {
    String limit =
        "stat_prefix: x, token_bucket: {max_tokens: 5, fill_interval: 1s},"
            + " filter_enabled: {default_value: {numerator: 100}}";
    String type = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";
    XdsFile typed =
        XdsFile.parse(
            listener(
                "{name: f, typed_config: {\"@type\": type.googleapis.com/"
                    + type
                    + ", "
                    + limit
                    + "}}"));
    XdsFile struct =
        XdsFile.parse(
            listener(
                "{name: f, typed_config: {\"@type\": type.googleapis.com/udpa.type.v1.TypedStruct,"
                    + " type_url: type.googleapis.com/"
                    + type
                    + ", value: {"
                    + limit
                    + "}}}"));
    assertEquals("", struct.resources().get(0).reason());
    assertEquals(typed.snapshot(), struct.snapshot());
    var routes =
        (io.duomesh.traffic.Listener.HttpRoutes)
            typed.snapshot().listeners().get("l").chains().get(0).action();
    LocalRateLimit read = (LocalRateLimit) routes.filters().get(0).config();
    assertNotNull(read.bucket());
    assertEquals(5, read.bucket().maxTokens());
    assertEquals(1, read.bucket().tokensPerFill());
    assertEquals(429, read.status());
    assertNull(read.enforced());
  }

  @Test
  void routerMustBeTheLastFilter() {
    String reason =
        XdsFile.parse(
                listener(
                    "{name: early, typed_config: {\"@type\":"
                        + " type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}"))
            .resources()
            .get(0)
            .reason();
    assertTrue(reason.contains("http filter early must be the last filter"), reason);
  }

  @Test
  void tableNamesEveryFieldOfItsMessages() throws Exception {
    for (String message : SupportedFields.TABLE.messages()) {
      if (message.equals("filter")) {
        continue;
      }
      var type = XdsTypes.REGISTRY.find(message);
      assertNotNull(type, message);
      for (var field : type.getFields()) {
        assertNotNull(SupportedFields.TABLE.entry(message, field.getName()), field.getFullName());
      }
    }
    assertFalse(SupportedFields.TABLE.messages().isEmpty());
  }

  @Test
  void bootstrapAndListOfEnvoyAreRead() {
    String cluster = "{name: a, type: EDS, eds_cluster_config: {eds_config: {ads: {}}}}";
    assertEquals(
        Set.of("a"),
        XdsFile.parse("static_resources: {clusters: [" + cluster + "]}")
            .snapshot()
            .clusters()
            .keySet());
  }
}
