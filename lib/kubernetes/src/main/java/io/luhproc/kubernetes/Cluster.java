package io.luhproc.kubernetes;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.kubernetes.access.AccessException;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ApiException;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.client.ResourcePath;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The Jobs and Pods of the workers of one app in one namespace.
 *
 * @param namespace the namespace
 * @param app the name of the app
 * @param client a client; each call of the engine makes one of its own from it
 * @param time the clocks
 * @param streams when streams are opened again
 */
record Cluster(
    String namespace, String app, ApiClient client, TimeSource time, StreamSettings streams) {

  /**
   * When watches and logs are opened again.
   *
   * @param silence after which a connection counts as dead. A server sends a bookmark about every
   *     minute; a log may be silent for long, so its connection is only replaced
   * @param watch after which the server ends a watch
   * @param firstPause before an attempt after a failure; it doubles with each failure
   * @param maxPause the longest pause
   */
  record StreamSettings(Duration silence, Duration watch, Duration firstPause, Duration maxPause) {
    static final StreamSettings DEFAULT =
        new StreamSettings(
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(15));

    /** Returns the pause after a pause. */
    Duration next(Duration pause) {
      Duration doubled = pause.multipliedBy(2);
      return doubled.compareTo(maxPause) > 0 ? maxPause : doubled;
    }
  }

  /**
   * Runs a call of the engine, with a limit for all its requests.
   *
   * @throws EngineUnavailableException if the server gives no answer
   * @throws EngineRefusedException if it refuses a request
   */
  <T> T call(Function<ApiClient, T> body) {
    try {
      return body.apply(client.newCall());
    } catch (ApiException | AccessException e) {
      throw translate(e);
    }
  }

  /** Returns the exception that a user of the engine gets for one of the client. */
  RuntimeException translate(LuhprocException e) {
    String message = String.valueOf(e.getMessage());
    if (!(e instanceof ApiException failure)) {
      // There is no valid credential now.
      return new EngineUnavailableException(message, e);
    }
    return switch (failure.kind()) {
      case UNREACHABLE,
          TLS,
          UNAUTHORIZED,
          NOT_READY,
          THROTTLED,
          SERVER_ERROR,
          BAD_RESPONSE,
          EXPIRED ->
          new EngineUnavailableException(message, e);
      case FORBIDDEN ->
          new EngineRefusedException(
              message
                  + "; the rights that are needed:\n"
                  + AccessRules.yaml(namespace, AccessRules.UNKNOWN_ACCOUNT),
              e);
      case NOT_ADMITTED, NOT_FOUND, ALREADY_EXISTS, BEING_DELETED, CONFLICT, INVALID ->
          new EngineRefusedException(message, e);
    };
  }

  ResourcePath jobs() {
    return ResourcePath.jobs(namespace);
  }

  ResourcePath pods() {
    return ResourcePath.pods(namespace);
  }

  /** Restricts a collection to the workers of the app. */
  ResourcePath ofApp(ResourcePath collection) {
    return collection.with(
        "labelSelector",
        JobNames.MANAGED_BY
            + ("=" + JobNames.MANAGER)
            + ("," + JobNames.APP_LABEL + "=" + JobNames.appLabel(app)));
  }

  /**
   * Returns the status of the worker that has a key; empty if there is none.
   *
   * @throws EngineRefusedException if its Job belongs to another app
   */
  Optional<JobStatus> find(ApiClient api, WorkerKey key) {
    String name = JobNames.of(key);
    // Pods first: a worker that is removed in between must not look like one without a Pod.
    List<Json> pods = api.list(pods().with("labelSelector", "job-name=" + name)).items();
    try {
      Json job = api.get(jobs().child(name));
      checkOwner(job, key);
      return Optional.of(new JobStatus(job, JobStatus.podOf(job, pods), time.now()));
    } catch (ApiException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void checkOwner(Json job, WorkerKey key) {
    String owner = job.at("metadata", "annotations", JobNames.APP).textOrEmpty();
    if (!owner.equals(app)) {
      throw new EngineRefusedException(
          "cannot use job %s for %s of %s: it belongs to %s; name each app with"
                  .formatted(
                      job.at("metadata", "name").textOrEmpty(),
                      key,
                      app,
                      owner.isEmpty() ? "no app of luhproc" : owner)
              + " ProcessManager.builder().app(..)");
    }
  }

  /** Deletes a Job with its Pods, which run until they have ended. */
  void delete(ApiClient api, Json job) {
    // In the background, the Job would be gone at once, and a second worker could start.
    Map<String, Object> options =
        Map.of(
            "propagationPolicy",
            "Foreground",
            "preconditions",
            Map.of("uid", job.at("metadata", "uid").textOrEmpty()));
    api.delete(jobs().child(job.at("metadata", "name").textOrEmpty()), options);
  }
}
