package io.luhproc.kubernetes;

import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ApiException;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.client.ResourcePath;
import io.luhproc.kubernetes.json.Json;
import org.jspecify.annotations.Nullable;

/** The version of the API server, which is asked for once. Thread-safe. */
final class ServerVersion {
  // Enabled by default since Kubernetes 1.29.
  private static final int POD_REPLACEMENT_POLICY = 29;

  private volatile @Nullable Boolean replacesOnlyEndedPods;

  /** Returns whether a Job can say that a Pod is replaced only when it has ended. */
  boolean replacesOnlyEndedPods(ApiClient api) {
    Boolean known = replacesOnlyEndedPods;
    if (known == null) {
      known = read(api);
      replacesOnlyEndedPods = known;
    }
    return known;
  }

  private static boolean read(ApiClient api) {
    try {
      Json version = api.get(new ResourcePath("/version"));
      // Some vendors write "29+".
      String minor = version.at("minor").textOrEmpty().replaceAll("\\D.*", "");
      boolean later = !version.at("major").is("1");
      return later || (!minor.isEmpty() && Integer.parseInt(minor) >= POD_REPLACEMENT_POLICY);
    } catch (ApiException e) {
      if (e.kind() == Kind.FORBIDDEN) {
        return false;
      }
      throw e;
    }
  }
}
