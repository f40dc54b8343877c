package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/**
 * The path of a resource, and parameters.
 *
 * @param text the path and the query, encoded
 */
public record ResourcePath(String text) {

  /** Returns the Jobs of a namespace. */
  public static ResourcePath jobs(String namespace) {
    return new ResourcePath("/apis/batch/v1/namespaces").child(namespace).child("jobs");
  }

  /** Returns the Pods of a namespace. */
  public static ResourcePath pods(String namespace) {
    return new ResourcePath("/api/v1/namespaces").child(namespace).child("pods");
  }

  /** Returns one resource of a collection, or a part of a resource. */
  public ResourcePath child(String name) {
    // The name is a segment of its own even if it is "..".
    return new ResourcePath(text + "/" + encode(name).replace(".", "%2E"));
  }

  /** Returns the path with a parameter. */
  public ResourcePath with(String name, String value) {
    return new ResourcePath(text + (text.contains("?") ? "&" : "?") + name + "=" + encode(value));
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, UTF_8).replace("+", "%20");
  }
}
