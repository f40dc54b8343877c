package io.luhproc.kubernetes;

import io.luhproc.kubernetes.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Pods of many Jobs, by the uid of their Job. */
final class PodIndex {
  private final Map<String, List<Json>> pods = new HashMap<>();

  static PodIndex of(List<Json> pods) {
    PodIndex index = new PodIndex();
    for (Json pod : pods) {
      index.pods.computeIfAbsent(ownerOf(pod), uid -> new ArrayList<>()).add(pod);
    }
    return index;
  }

  /** Returns the uid of the Job that a Pod belongs to. */
  static String ownerOf(Json pod) {
    return pod.at("metadata", "ownerReferences").itemNamed("kind", "Job").at("uid").textOrEmpty();
  }

  /** Returns the Pod of a Job; missing if there is none. */
  Json podOf(Json job) {
    String uid = job.at("metadata", "uid").textOrEmpty();
    return JobStatus.podOf(job, pods.getOrDefault(uid, List.of()));
  }
}
