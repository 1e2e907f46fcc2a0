package io.duomesh.traffic;

/**
 * Where something runs ({@code config.core.v3.Locality}); unknown parts are empty.
 *
 * @param region largest part
 * @param zone part of a region
 * @param subZone part of a zone
 */
public record Locality(String region, String zone, String subZone) {
  /** Nowhere in particular. */
  public static final Locality NONE = new Locality("", "", "");
}
