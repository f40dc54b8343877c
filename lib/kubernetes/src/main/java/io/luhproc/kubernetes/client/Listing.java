package io.luhproc.kubernetes.client;

import io.luhproc.kubernetes.json.Json;
import java.util.List;

/**
 * All objects of a list.
 *
 * @param items the objects
 * @param version the version of the list, from which a watch goes on
 */
public record Listing(List<Json> items, String version) {}
