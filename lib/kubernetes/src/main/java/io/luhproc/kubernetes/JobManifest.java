package io.luhproc.kubernetes;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.process.EnvironmentNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the Job of a worker. Its Pod runs once, and is like the Pod of this process.
 *
 * <p>See <a href="https://kubernetes.io/docs/concepts/workloads/controllers/job/">Jobs</a>.
 */
final class JobManifest {
  /** How long the cluster keeps an ended worker and its log. */
  static final Duration KEPT = Duration.ofDays(1);

  private static final String JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
  // By default a JVM uses a quarter of the memory, and half of it if that is under 256 MiB.
  private static final List<String> MEMORY_OPTIONS =
      List.of("-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError");
  private static final Set<String> OWN_VARIABLES =
      Set.of(EnvironmentNames.ID, EnvironmentNames.DIRECTORY, EnvironmentNames.LAUNCH);

  private final String app;
  private final WorkerTemplate template;
  private final boolean replacesOnlyEndedPods;

  /**
   * Creates a writer.
   *
   * @param app the name of the app
   * @param replacesOnlyEndedPods whether the server knows {@code podReplacementPolicy}
   */
  JobManifest(String app, WorkerTemplate template, boolean replacesOnlyEndedPods) {
    this.app = app;
    this.template = template;
    this.replacesOnlyEndedPods = replacesOnlyEndedPods;
  }

  Map<String, Object> write(WorkerSpec spec, Instant now) {
    Map<String, String> labels =
        Map.of(JobNames.MANAGED_BY, JobNames.MANAGER, JobNames.APP_LABEL, JobNames.appLabel(app));
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("apiVersion", "batch/v1");
    job.put("kind", "Job");
    job.put(
        "metadata",
        Map.of(
            "name",
            JobNames.of(spec.key()),
            "labels",
            labels,
            "annotations",
            annotations(spec, now)));
    Map<String, Object> jobSpec = new LinkedHashMap<>();
    jobSpec.put("backoffLimit", 0);
    jobSpec.put("parallelism", 1);
    jobSpec.put("completions", 1);
    jobSpec.put("ttlSecondsAfterFinished", KEPT.toSeconds());
    if (replacesOnlyEndedPods) {
      jobSpec.put("podReplacementPolicy", "Failed");
    }
    jobSpec.put("template", Map.of("metadata", podMetadata(labels), "spec", podSpec(spec)));
    job.put("spec", jobSpec);
    return job;
  }

  private Map<String, String> annotations(WorkerSpec spec, Instant now) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(JobNames.APP, app);
    spec.key().app().ifPresent(it -> annotations.put(JobNames.KEY_APP, it));
    annotations.put(JobNames.TASK, spec.key().task());
    annotations.put(JobNames.ID, spec.key().id());
    annotations.put(JobNames.TOKEN, spec.token());
    spec.startTimeout()
        .ifPresent(it -> annotations.put(JobNames.START_DEADLINE, now.plus(it).toString()));
    return annotations;
  }

  /** A service mesh must not add a sidecar, because that would run on after the worker. */
  private static Map<String, Object> podMetadata(Map<String, String> labels) {
    Map<String, String> podLabels = new LinkedHashMap<>(labels);
    podLabels.put("sidecar.istio.io/inject", "false");
    return Map.of("labels", podLabels, "annotations", Map.of("linkerd.io/inject", "disabled"));
  }

  private Map<String, Object> podSpec(WorkerSpec spec) {
    Map<String, Object> pod = new LinkedHashMap<>(template.pod());
    pod.put("tolerations", tolerations());
    pod.put("restartPolicy", "Never");
    pod.put("terminationGracePeriodSeconds", seconds(spec.grace()));
    pod.put("containers", List.of(container(spec)));
    return pod;
  }

  /**
   * Returns the tolerations, with those of a lost node. Without them the Pod is deleted after five
   * minutes and, before Kubernetes 1.26, replaced, although its process may run on.
   *
   * <p>See <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">
   * Taints and Tolerations</a>.
   */
  private List<Object> tolerations() {
    List<Object> tolerations = new ArrayList<>(template.tolerations());
    for (String key : WorkerTemplate.LOST_NODE_TAINTS) {
      tolerations.add(Map.of("key", key, "operator", "Exists", "effect", "NoExecute"));
    }
    return tolerations;
  }

  /** Rounds up; 0 would kill the process at once. */
  private static long seconds(Duration grace) {
    return Math.max(1, grace.plusNanos(999_999_999).toSeconds());
  }

  private Map<String, Object> container(WorkerSpec spec) {
    Map<String, Object> container = new LinkedHashMap<>(template.container());
    container.put("name", JobNames.CONTAINER);
    boolean takesOptions = false;
    if (template.isOwnImage()) {
      checkCommand(spec.command());
      takesOptions = template.hasMemoryLimit() && isJava(spec.command().get(0));
      List<String> command = new ArrayList<>(spec.command());
      if (takesOptions) {
        // Options of the app follow, so they win.
        command.addAll(1, MEMORY_OPTIONS);
      }
      container.put("command", command.stream().map(JobManifest::literal).toList());
      container.put("workingDir", spec.directory().toString());
    }
    boolean needsVariable = template.hasMemoryLimit() && !takesOptions;
    container.put("env", environment(spec.environment(), needsVariable));
    return container;
  }

  private static boolean isJava(String program) {
    return program.equals("java") || program.endsWith("/java");
  }

  private static void checkCommand(List<String> command) {
    if (command.stream().anyMatch(it -> it.startsWith("@"))) {
      throw new EngineRefusedException(
          "cannot start a worker in Kubernetes: its command line is over 128 KiB, so it is in a"
              + " file, which the pod does not have; shorten the class path, for example by a jar"
              + " whose manifest has it");
    }
  }

  private List<Object> environment(Map<String, String> added, boolean withMemoryOptions) {
    Map<String, String> variables = new LinkedHashMap<>();
    added.forEach((name, value) -> variables.put(name, literal(value)));
    List<Object> environment = new ArrayList<>();
    for (Json variable : template.environment()) {
      String name = variable.at("name").textOrEmpty();
      if (withMemoryOptions && name.equals(JAVA_OPTIONS) && !variables.containsKey(name)) {
        variables.put(name, variable.at("value").textOrEmpty());
      } else if (!variables.containsKey(name) && !OWN_VARIABLES.contains(name)) {
        environment.add(variable);
      }
    }
    if (withMemoryOptions) {
      String ignored =
          variables.merge(
              JAVA_OPTIONS,
              String.join(" ", MEMORY_OPTIONS),
              (own, options) -> (options + " " + own).strip());
    }
    variables.forEach((name, value) -> environment.add(Map.of("name", name, "value", value)));
    return environment;
  }

  /** Escapes a text, because the kubelet expands {@code $(NAME)} and turns {@code $$} into one. */
  static String literal(String text) {
    return text.replace("$", "$$");
  }
}
