package io.luhproc.kubernetes;

import io.luhproc.LuhprocException;
import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.client.ApiException;
import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.Deadline;
import io.luhproc.time.ThreadPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs workers as Jobs in a namespace of Kubernetes.
 *
 * <p>The cluster keeps an ended worker and its log for one day. A stop removes the worker when its
 * process has ended. The grace period is that of the start, because another one needs the right to
 * delete Pods.
 */
final class KubernetesEngine implements WorkerEngine {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesEngine.class);
  // The server removes an ended Job and its Pod in one to two seconds.
  private static final Duration REPLACE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REPLACE_INTERVAL = Duration.ofMillis(200);

  private final Cluster cluster;
  private final TemplateSource template;
  private final ServerVersion version = new ServerVersion();
  private final ThreadPool threads;

  KubernetesEngine(Cluster cluster, TemplateSource template, ThreadPool threads) {
    this.cluster = cluster;
    this.template = template;
    this.threads = threads;
  }

  @Override
  public Set<EngineCapability> capabilities() {
    return EnumSet.of(
        EngineCapability.LOG_AFTER_END,
        EngineCapability.EXIT_CODE,
        EngineCapability.OUT_OF_MEMORY,
        EngineCapability.UNIQUE_KEY,
        EngineCapability.WATCH);
  }

  @Override
  public List<EngineProblem> check() {
    List<EngineProblem> problems = new ArrayList<>();
    String serviceAccount = AccessRules.UNKNOWN_ACCOUNT;
    try {
      serviceAccount = cluster.call(template::get).serviceAccount().orElse(serviceAccount);
    } catch (EngineUnavailableException | EngineRefusedException e) {
      problems.add(problem(e));
    }
    try {
      List<String> missing = cluster.call(api -> AccessRules.missing(api, cluster.namespace()));
      if (!missing.isEmpty()) {
        problems.add(
            new EngineProblem(
                "rights are missing in namespace %s: %s"
                    .formatted(cluster.namespace(), String.join("; ", missing)),
                "grant them by kubectl apply -f of\n"
                    + AccessRules.yaml(cluster.namespace(), serviceAccount)));
      }
    } catch (EngineUnavailableException | EngineRefusedException e) {
      problems.add(problem(e));
    }
    return problems.stream().distinct().toList();
  }

  /** Splits a message, which ends with the remedy. */
  private static EngineProblem problem(LuhprocException e) {
    String message = String.valueOf(e.getMessage());
    int remedy = message.lastIndexOf("; ");
    return remedy < 0
        ? new EngineProblem(message, "check the cluster")
        : new EngineProblem(message.substring(0, remedy), message.substring(remedy + 2));
  }

  @Override
  public StartReply start(WorkerSpec spec) {
    return cluster.call(api -> start(api, spec));
  }

  private StartReply start(ApiClient api, WorkerSpec spec) {
    JobManifest manifest =
        new JobManifest(cluster.app(), template.get(api), version.replacesOnlyEndedPods(api));
    Map<String, Object> job = manifest.write(spec, cluster.time().now());
    Deadline deadline = Deadline.after(cluster.time(), REPLACE_TIMEOUT);
    while (true) {
      try {
        Json created = api.create(cluster.jobs(), job);
        return reply(
            StartReply.Outcome.ACCEPTED,
            new JobStatus(created, new Json(null), cluster.time().now()));
      } catch (ApiException e) {
        if (e.kind() != Kind.ALREADY_EXISTS && e.kind() != Kind.BEING_DELETED) {
          throw e;
        }
      }
      Optional<JobStatus> found = cluster.find(api, spec.key());
      Optional<StartReply> reply = found.flatMap(it -> replyAboutExisting(api, spec, it, deadline));
      if (reply.isPresent()) {
        return reply.get();
      }
      pause();
    }
  }

  private static StartReply reply(StartReply.Outcome outcome, JobStatus status) {
    return new StartReply(outcome, status.read());
  }

  /** Returns the reply; empty if the existing worker has ended and is being removed. */
  private Optional<StartReply> replyAboutExisting(
      ApiClient api, WorkerSpec spec, JobStatus existing, Deadline deadline) {
    WorkerStatus status = existing.read();
    boolean deleted = !existing.job().at("metadata", "deletionTimestamp").isMissing();
    if (status.token().equals(spec.token()) && !deleted) {
      return Optional.of(new StartReply(StartReply.Outcome.ALREADY_ACCEPTED, status));
    }
    if (status.phase() != Phase.ENDED) {
      StartReply.Outcome outcome = deleted ? StartReply.Outcome.STOPPING : StartReply.Outcome.TAKEN;
      return Optional.of(new StartReply(outcome, status));
    }
    if (deadline.isExpired()) {
      return Optional.of(new StartReply(StartReply.Outcome.STOPPING, status));
    }
    if (!deleted) {
      tryDelete(api, existing.job());
    }
    return Optional.empty();
  }

  private void pause() {
    try {
      cluster.time().sleep(REPLACE_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineUnavailableException("cannot start a worker: interrupted", e);
    }
  }

  /** Deletes a Job unless it is gone, or another one has its name. */
  private void tryDelete(ApiClient api, Json job) {
    try {
      cluster.delete(api, job);
    } catch (ApiException e) {
      if (e.kind() != Kind.NOT_FOUND && e.kind() != Kind.CONFLICT) {
        throw e;
      }
    }
  }

  @Override
  public Optional<WorkerStatus> info(WorkerKey key) {
    return cluster.call(
        api -> cluster.find(api, key).map(found -> removeIfNotStarted(api, found).read()));
  }

  @Override
  public List<WorkerStatus> list() {
    return cluster.call(
        api -> {
          // Pods first, see Cluster.find.
          PodIndex pods = PodIndex.of(api.list(cluster.ofApp(cluster.pods())).items());
          List<WorkerStatus> workers = new ArrayList<>();
          for (Json job : api.list(cluster.ofApp(cluster.jobs())).items()) {
            JobStatus found = new JobStatus(job, pods.podOf(job), cluster.time().now());
            if (found.isWorker()) {
              workers.add(removeIfNotStarted(api, found).read());
            }
          }
          return workers;
        });
  }

  /** Removes a worker whose node or image did not come in time. */
  private JobStatus removeIfNotStarted(ApiClient api, JobStatus found) {
    if (found.mustBeRemoved()) {
      try {
        tryDelete(api, found.job());
      } catch (ApiException e) {
        // The next call tries again.
        LOG.debug("cannot remove a worker that did not start in time", e);
      }
    }
    return found;
  }

  private void remove(JobStatus found) {
    JobStatus ignored = cluster.call(api -> removeIfNotStarted(api, found));
  }

  @Override
  public StopReply stop(WorkerKey key, String incarnation, Duration grace) {
    return cluster.call(
        api -> {
          Optional<JobStatus> found = cluster.find(api, key);
          if (found.isEmpty()) {
            return StopReply.NOT_FOUND;
          }
          WorkerStatus status = found.get().read();
          return status.incarnation().equals(incarnation)
              ? stop(api, found.get().job(), status.phase())
              : StopReply.OTHER_INCARNATION;
        });
  }

  private StopReply stop(ApiClient api, Json job, Phase phase) {
    try {
      cluster.delete(api, job);
      return phase == Phase.ENDED ? StopReply.ALREADY_ENDED : StopReply.ACCEPTED;
    } catch (ApiException e) {
      // It was replaced between the two requests.
      return switch (e.kind()) {
        case NOT_FOUND -> StopReply.NOT_FOUND;
        case CONFLICT -> StopReply.OTHER_INCARNATION;
        default -> throw e;
      };
    }
  }

  @Override
  public EngineLog log(WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    return new PodLog(cluster, key, incarnation, cursor, follow);
  }

  @Override
  public EngineWatch watch(Consumer<WorkerStatus> listener) {
    return JobWatch.start(cluster, listener, found -> threads.execute(() -> remove(found)));
  }

  @Override
  public void close() {
    cluster.client().close();
    threads.close();
  }
}
