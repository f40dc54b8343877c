package io.luhproc.kubernetes.stub;

import io.luhproc.kubernetes.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects in the form that a server of version 1.20 gives them. */
final class StubObjects {
  private StubObjects() {}

  /** Returns an object with properties in order. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  /** Returns a copy that can be changed. */
  static Object copy(Object value) {
    if (value instanceof Json json) {
      return copy(json.value());
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copied = new LinkedHashMap<>();
      map.forEach((name, element) -> copied.put((String) name, copy(element)));
      return copied;
    }
    if (value instanceof List<?> list) {
      List<Object> copied = new ArrayList<>();
      list.forEach(element -> copied.add(copy(element)));
      return copied;
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> object, String name) {
    return (Map<String, Object>) object.computeIfAbsent(name, it -> new LinkedHashMap<>());
  }

  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static Map<String, Object> status(int code, String reason, String message, Object details) {
    Map<String, Object> status =
        object(
            "kind",
            "Status",
            "apiVersion",
            "v1",
            "metadata",
            Map.of(),
            "status",
            "Failure",
            "message",
            message,
            "reason",
            reason);
    if (details != null) {
      status.put("details", details);
    }
    status.put("code", code);
    return status;
  }

  /** Completes a Job as the server does at its creation. */
  static Map<String, Object> job(Json body, String namespace, String uid, Instant now) {
    @SuppressWarnings("unchecked")
    Map<String, Object> job = (Map<String, Object>) copy(body);
    Map<String, Object> metadata = map(job, "metadata");
    metadata.put("namespace", namespace);
    metadata.put("uid", uid);
    metadata.put("creationTimestamp", time(now));
    metadata.put("managedFields", List.of(object("manager", "stub", "operation", "Update")));
    Map<String, Object> spec = map(job, "spec");
    spec.putIfAbsent("parallelism", 1);
    spec.putIfAbsent("completions", 1);
    spec.put("selector", Map.of("matchLabels", Map.of("controller-uid", uid)));
    Map<String, Object> template = map(spec, "template");
    Map<String, Object> templateMetadata = map(template, "metadata");
    templateMetadata.put("creationTimestamp", null);
    Map<String, Object> labels = map(templateMetadata, "labels");
    labels.put("controller-uid", uid);
    labels.put("job-name", metadata.get("name"));
    Map<String, Object> podSpec = map(template, "spec");
    podSpec.putIfAbsent("terminationGracePeriodSeconds", 30);
    podSpec.putIfAbsent("dnsPolicy", "ClusterFirst");
    podSpec.putIfAbsent("securityContext", Map.of());
    podSpec.put("schedulerName", "default-scheduler");
    job.put("status", new LinkedHashMap<>());
    return job;
  }

  /** Returns the Pod that the Job controller creates. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> pod(Map<String, Object> job, String name, String uid, Instant now) {
    Map<String, Object> jobMetadata = map(job, "metadata");
    Map<String, Object> template = map(map(job, "spec"), "template");
    Map<String, Object> metadata =
        object(
            "name", name,
            "generateName", jobMetadata.get("name") + "-",
            "namespace", jobMetadata.get("namespace"),
            "uid", uid,
            "creationTimestamp", time(now),
            "labels", copy(map(map(template, "metadata"), "labels")),
            "ownerReferences",
                List.of(
                    object(
                        "apiVersion",
                        "batch/v1",
                        "kind",
                        "Job",
                        "name",
                        jobMetadata.get("name"),
                        "uid",
                        jobMetadata.get("uid"),
                        "controller",
                        true,
                        "blockOwnerDeletion",
                        true)));
    Map<String, Object> spec = (Map<String, Object>) copy(map(template, "spec"));
    spec.putIfAbsent("serviceAccountName", "default");
    spec.put("enableServiceLinks", true);
    return object(
        "kind",
        "Pod",
        "apiVersion",
        "v1",
        "metadata",
        metadata,
        "spec",
        spec,
        "status",
        object("phase", "Pending", "qosClass", "BestEffort"));
  }

  static Map<String, Object> condition(String type, boolean status, Instant now) {
    return object(
        "type",
        type,
        "status",
        status ? "True" : "False",
        "lastProbeTime",
        null,
        "lastTransitionTime",
        time(now));
  }

  static Map<String, Object> containerStatus(String state, Map<String, Object> details) {
    boolean running = state.equals("running");
    return object(
        "name",
        "worker",
        "state",
        Map.of(state, details),
        "lastState",
        Map.of(),
        "ready",
        running,
        "restartCount",
        0,
        "image",
        "docker.io/probe/app:1",
        "imageID",
        running ? "sha256:cbfe034f" : "",
        "started",
        running);
  }
}
