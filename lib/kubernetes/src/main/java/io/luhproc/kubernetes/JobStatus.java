package io.luhproc.kubernetes;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the state of a worker from its Job and its Pod. A pure function.
 *
 * <p>A Job alone cannot tell a starting worker from a running one, and is active for ever if the
 * image does not exist; so the phase is that of the Pod. The Job tells the end if the Pod is gone.
 *
 * @param job the Job
 * @param pod its Pod; missing if there is none
 * @param now the time
 */
record JobStatus(Json job, Json pod, Instant now) {
  /** The time after the grace period in which a kubelet that works reports the end. */
  static final Duration KUBELET_SLACK = Duration.ofSeconds(60);

  private static final int OUT_OF_MEMORY_CODE = 137;
  private static final int MAX_DETAIL = 500;
  private static final Set<String> START_FAILURES =
      Set.of("StartError", "ContainerCannotRun", "CreateContainerError");

  /**
   * Returns the Pod of a Job. A Pod of an earlier Job of the same name is none of it.
   *
   * @return the newest that is not being deleted; else the newest; missing if there is none
   */
  static Json podOf(Json job, List<Json> pods) {
    Json uid = job.at("metadata", "uid");
    return pods.stream()
        .filter(
            pod ->
                pod.at("metadata", "ownerReferences")
                    .itemNamed("uid", uid.textOrEmpty())
                    .isObject())
        .max(
            Comparator.comparing((Json pod) -> pod.at("metadata", "deletionTimestamp").isMissing())
                .thenComparing(pod -> pod.at("metadata", "creationTimestamp").textOrEmpty()))
        .orElse(new Json(null));
  }

  /**
   * Returns the status.
   *
   * @throws EngineRefusedException if the Job is not that of a worker
   */
  WorkerStatus read() {
    Json container = containerState();
    Optional<WorkerEnd> end = end(container);
    Phase phase = end.isPresent() ? Phase.ENDED : phase(container);
    Json annotations = job.at("metadata", "annotations");
    return new WorkerStatus(
        key(),
        job.at("metadata", "uid").textOrEmpty(),
        annotations.at(JobNames.TOKEN).textOrEmpty(),
        phase,
        detail(phase, container),
        where(),
        time(job, "creationTimestamp").orElse(Instant.EPOCH),
        started(container),
        end);
  }

  private WorkerKey key() {
    Json annotations = job.at("metadata", "annotations");
    try {
      return new WorkerKey(
          annotations.at(JobNames.KEY_APP).text(),
          annotations.at(JobNames.TASK).textOrEmpty(),
          annotations.at(JobNames.ID).textOrEmpty());
    } catch (IllegalArgumentException e) {
      throw new EngineRefusedException(
          "cannot use job %s: it is not that of a worker; rename it"
              .formatted(job.at("metadata", "name").textOrEmpty()),
          e);
    }
  }

  /** Returns whether the Job is that of a worker; another program may have copied our labels. */
  boolean isWorker() {
    try {
      return !key().task().isEmpty();
    } catch (EngineRefusedException expected) {
      return false;
    }
  }

  private static Optional<Instant> time(Json object, String property) {
    return object.at("metadata", property).time();
  }

  private Optional<String> where() {
    Optional<String> name = pod.at("metadata", "name").text();
    Optional<String> node = pod.at("spec", "nodeName").text();
    return name.map(it -> "pod " + it + node.map(on -> " on " + on).orElse(""));
  }

  /** Returns when the process began; the kubelet reports 1970 if it could not be started. */
  private static Optional<Instant> started(Json container) {
    return container
        .at("running", "startedAt")
        .time()
        .or(() -> container.at("terminated", "startedAt").time())
        .filter(Instant.EPOCH::isBefore);
  }

  // The phase of a worker that has not ended.

  private Phase phase(Json container) {
    if (isLost(container)) {
      return Phase.LOST;
    }
    boolean deleted =
        time(job, "deletionTimestamp").isPresent() || time(pod, "deletionTimestamp").isPresent();
    if (deleted) {
      return Phase.STOPPING;
    }
    return container.at("running").isObject() ? Phase.RUNNING : Phase.STARTING;
  }

  /**
   * Returns whether the kubelet does not report any more. Then the server still says that the
   * container runs, but the node lifecycle controller sets only the condition Ready of the Pod to
   * False ({@code MarkPodsNotReady} in its source). There is no other reason for a Pod without
   * probes whose containers are ready.
   */
  private boolean isLost(Json container) {
    Json conditions = pod.at("status", "conditions");
    boolean unreported =
        conditions.itemNamed("type", "Ready").at("status").is("False")
            && conditions.itemNamed("type", "ContainersReady").at("status").is("True");
    boolean overdue =
        time(pod, "deletionTimestamp").map(it -> now.isAfter(it.plus(KUBELET_SLACK))).orElse(false);
    return pod.at("status", "phase").is("Unknown")
        || pod.at("status", "reason").is("NodeLost")
        || (container.at("running").isObject() && (unreported || overdue));
  }

  private Optional<String> detail(Phase phase, Json container) {
    return switch (phase) {
      case STARTING -> startingDetail(container);
      case LOST ->
          Optional.of(
              "node %s does not report; if it is gone for good, delete the pod with --force"
                  .formatted(pod.at("spec", "nodeName").text().orElse("of the pod")));
      case RUNNING, STOPPING, ENDED -> Optional.empty();
    };
  }

  private Optional<String> startingDetail(Json container) {
    Json scheduled = pod.at("status", "conditions").itemNamed("type", "PodScheduled");
    return scheduled.at("status").is("False")
        ? describe(scheduled)
        : describe(container.at("waiting"));
  }

  /** Returns {@code reason: message}; empty if there is no reason. */
  private static Optional<String> describe(Json reported) {
    Optional<String> message = reported.at("message").text().filter(it -> !it.isBlank());
    return reported
        .at("reason")
        .text()
        .map(it -> it + message.map(text -> ": " + text).orElse(""))
        .map(it -> it.length() > MAX_DETAIL ? it.substring(0, MAX_DETAIL) + "…" : it);
  }

  // The end.

  private Optional<WorkerEnd> end(Json container) {
    Json terminated = container.at("terminated");
    if (terminated.isObject()) {
      return Optional.of(endOfContainer(terminated));
    }
    Optional<WorkerEnd> endOfJob = pod.isMissing() ? endOfJob() : Optional.empty();
    if (endOfJob.isPresent()) {
      return endOfJob;
    }
    if (isStartExpired() && started(container).isEmpty() && !isLost(container)) {
      return Optional.of(startExpired(container));
    }
    String podPhase = pod.at("status", "phase").textOrEmpty();
    // Evicted, or refused by the kubelet: there is no container.
    return podPhase.equals("Failed") || podPhase.equals("Succeeded")
        ? Optional.of(unknownEnd(pod.at("status"), Optional.empty()))
        : Optional.empty();
  }

  /** Returns the time of an end whose time is not reported; the same at every call. */
  private Instant approximateEnd() {
    return pod.at("status", "conditions")
        .itemNamed("type", "Ready")
        .at("lastTransitionTime")
        .time()
        .or(() -> time(job, "creationTimestamp"))
        .orElse(Instant.EPOCH);
  }

  private WorkerEnd endOfContainer(Json terminated) {
    int code = terminated.at("exitCode").integer().orElse(0);
    Instant time = terminated.at("finishedAt").time().orElseGet(this::approximateEnd);
    String reason = terminated.at("reason").textOrEmpty();
    if (START_FAILURES.contains(reason)) {
      String text = "cannot be started: " + describe(terminated).orElse(reason);
      return end(Kind.START_FAILED, time, OptionalInt.of(code), text);
    }
    if (reason.equals("ContainerStatusUnknown")) {
      return unknownEnd(terminated, Optional.of(time));
    }
    if (reason.equals("OOMKilled")) {
      String text = "killed for lack of memory";
      ProcessEnd end =
          new ProcessEnd(
              time,
              OptionalInt.of(OUT_OF_MEMORY_CODE),
              Optional.of(Signal.KILL),
              Optional.empty(),
              text);
      return new WorkerEnd(Kind.OUT_OF_MEMORY, end);
    }
    return new WorkerEnd(
        isStoppedAt(time) ? Kind.STOPPED : Kind.EXITED, ProcessEnd.ofExitStatus(time, code));
  }

  /**
   * Returns whether an end follows a request to delete the Job or the Pod. A watch may report the
   * Pod first. The deletion time of a Pod is that of the request and the grace period.
   */
  private boolean isStoppedAt(Instant end) {
    int grace = pod.at("metadata", "deletionGracePeriodSeconds").integer().orElse(0);
    return Stream.of(
            time(job, "deletionTimestamp"),
            time(pod, "deletionTimestamp").map(it -> it.minusSeconds(grace)))
        .flatMap(Optional::stream)
        .anyMatch(it -> !end.isBefore(it));
  }

  /** Returns whether the worker did not start in time and nothing removes it yet. */
  boolean mustBeRemoved() {
    return isStartExpired()
        && time(job, "deletionTimestamp").isEmpty()
        && read().end().map(it -> it.kind() == Kind.START_FAILED).orElse(false)
        && !containerState().at("terminated").isObject();
  }

  private Json containerState() {
    return pod.at("status", "containerStatuses").itemNamed("name", JobNames.CONTAINER).at("state");
  }

  private Optional<Instant> startDeadline() {
    return job.at("metadata", "annotations", JobNames.START_DEADLINE).time();
  }

  /** Returns when the status may change next although neither Job nor Pod does. */
  Optional<Instant> nextChange() {
    return Stream.of(
            startDeadline(), time(pod, "deletionTimestamp").map(it -> it.plus(KUBELET_SLACK)))
        .flatMap(Optional::stream)
        .filter(it -> it.isAfter(now))
        .min(Comparator.naturalOrder());
  }

  private boolean isStartExpired() {
    return startDeadline().map(it -> !now.isBefore(it)).orElse(false);
  }

  private WorkerEnd startExpired(Json container) {
    Instant deadline = startDeadline().orElse(now);
    String reason = startingDetail(container).map(it -> ": " + it).orElse("");
    return end(Kind.START_FAILED, deadline, OptionalInt.empty(), "not started in time" + reason);
  }

  /** Returns the end that the Job tells; after a stop it is there a moment longer than its Pod. */
  private Optional<WorkerEnd> endOfJob() {
    Json conditions = job.at("status", "conditions");
    Json complete = conditions.itemNamed("type", "Complete");
    if (complete.at("status").is("True")) {
      Instant time = complete.at("lastTransitionTime").time().orElseGet(this::approximateEnd);
      return Optional.of(
          new WorkerEnd(
              isStoppedAt(time) ? Kind.STOPPED : Kind.EXITED, ProcessEnd.ofExitCode(time, 0)));
    }
    Json failed = conditions.itemNamed("type", "Failed");
    Optional<Instant> time = failed.at("lastTransitionTime").time();
    if (!failed.at("status").is("True")) {
      return Optional.empty();
    }
    return time.filter(this::isStoppedAt).isPresent()
        ? Optional.of(end(Kind.STOPPED, time.get(), OptionalInt.empty(), "stopped"))
        : Optional.of(unknownEnd(failed, time));
  }

  private WorkerEnd unknownEnd(Json reported, Optional<Instant> time) {
    String text = "exit code unknown: " + describe(reported).orElse("its pod is gone");
    return end(Kind.UNKNOWN, time.orElseGet(this::approximateEnd), OptionalInt.empty(), text);
  }

  private static WorkerEnd end(Kind kind, Instant time, OptionalInt code, String reason) {
    return new WorkerEnd(
        kind, new ProcessEnd(time, code, Optional.empty(), Optional.empty(), reason));
  }
}
