package io.luhproc.kubernetes;

import io.luhproc.engine.WorkerEngine.EngineWatch;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.EventLoop;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Watches the Jobs and the Pods of an app.
 *
 * <p>Two threads read, one of Jobs and one of Pods; a third owns all state and calls the listener.
 */
final class JobWatch implements EngineWatch {
  // The last change of a Pod may arrive after its Job is gone, because they have two watches.
  private static final Duration FORGET_DELAY = Duration.ofSeconds(2);

  private static final Duration REMOVE_INTERVAL = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final Consumer<WorkerStatus> listener;
  private final Consumer<JobStatus> remover;
  private final EventLoop loop;
  private final ListWatch jobWatch;
  private final ListWatch podWatch;

  // Used on the loop only; all by the uid of the Job. A Pod is kept when it is deleted.
  private final Map<String, Json> jobs = new HashMap<>();
  private final Map<String, Json> pods = new HashMap<>();
  private final Map<String, WorkerStatus> reported = new HashMap<>();
  private boolean jobsListed;
  private boolean podsListed;

  private JobWatch(Cluster cluster, Consumer<WorkerStatus> listener, Consumer<JobStatus> remover) {
    this.cluster = cluster;
    this.listener = listener;
    this.remover = remover;
    this.loop = EventLoop.start("kubernetes-watch-events", cluster.time(), () -> {});
    this.jobWatch = ListWatch.start(cluster, cluster.ofApp(cluster.jobs()), new JobListener());
    this.podWatch = ListWatch.start(cluster, cluster.ofApp(cluster.pods()), new PodListener());
  }

  /**
   * Starts a watch.
   *
   * @param remover removes a worker that did not start in time; must not block
   */
  static JobWatch start(
      Cluster cluster, Consumer<WorkerStatus> listener, Consumer<JobStatus> remover) {
    return new JobWatch(cluster, listener, remover);
  }

  private final class JobListener implements ListWatch.Listener {
    @Override
    public void onListed(List<Json> objects) {
      loop.execute(() -> replaceJobs(objects));
    }

    @Override
    public void onChanged(Json object, boolean deleted) {
      loop.execute(() -> changeJob(object, deleted));
    }
  }

  private final class PodListener implements ListWatch.Listener {
    @Override
    public void onListed(List<Json> objects) {
      loop.execute(() -> addPods(objects));
    }

    @Override
    public void onChanged(Json object, boolean deleted) {
      loop.execute(
          () -> {
            // The last change of a Pod whose Job is forgotten.
            if (!deleted || jobs.containsKey(PodIndex.ownerOf(object))) {
              report(addPod(object));
            }
          });
    }
  }

  private void replaceJobs(List<Json> listed) {
    jobsListed = true;
    Set<String> uids = new HashSet<>();
    for (Json job : listed) {
      uids.add(uid(job));
      jobs.put(uid(job), job);
    }
    List<String> gone = jobs.keySet().stream().filter(uid -> !uids.contains(uid)).toList();
    gone.forEach(this::forget);
    reportAll();
  }

  private void changeJob(Json job, boolean deleted) {
    jobs.put(uid(job), job);
    report(uid(job));
    if (deleted) {
      Timers.Timer ignored = loop.schedule(FORGET_DELAY, () -> forget(uid(job)));
    }
  }

  private void forget(String uid) {
    jobs.remove(uid);
    pods.remove(uid);
    reported.remove(uid);
  }

  private void addPods(List<Json> listed) {
    podsListed = true;
    listed.forEach(this::addPod);
    reportAll();
  }

  /** Keeps the newest Pod of a Job; returns the uid of the Job. */
  private String addPod(Json pod) {
    String owner = PodIndex.ownerOf(pod);
    Json known = pods.get(owner);
    boolean older = known != null && created(pod).compareTo(created(known)) < 0;
    if (!owner.isEmpty() && !older) {
      pods.put(owner, pod);
    }
    return owner;
  }

  private static String uid(Json object) {
    return object.at("metadata", "uid").textOrEmpty();
  }

  private static String created(Json object) {
    return object.at("metadata", "creationTimestamp").textOrEmpty();
  }

  private void reportAll() {
    if (jobsListed && podsListed) {
      List.copyOf(jobs.keySet()).forEach(this::report);
    }
  }

  private void report(String uid) {
    Json job = jobs.get(uid);
    if (job == null || !jobsListed || !podsListed) {
      return;
    }
    Json pod = pods.getOrDefault(uid, new Json(null));
    JobStatus found = new JobStatus(job, pod, cluster.time().now());
    if (!found.isWorker()) {
      return;
    }
    report(uid, found.read());
    if (found.mustBeRemoved()) {
      remover.accept(found);
      Timers.Timer ignored = loop.schedule(REMOVE_INTERVAL, () -> report(uid));
    }
    found
        .nextChange()
        .ifPresent(
            at -> {
              Timers.Timer ignored =
                  loop.schedule(Duration.between(found.now(), at), () -> report(uid));
            });
  }

  private void report(String uid, WorkerStatus status) {
    WorkerStatus last = reported.put(uid, status);
    boolean endedBefore = last != null && last.phase() == Phase.ENDED;
    if (endedBefore && status.phase() != Phase.ENDED) {
      // A late change of the Job, whose Pod is gone.
      reported.put(uid, last);
    } else if (!status.equals(last)) {
      try {
        listener.accept(status);
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(JobWatch.class)
            .error("the listener of a watch failed for {}", status.key(), e);
      }
    }
  }

  @Override
  public void close() {
    jobWatch.close();
    podWatch.close();
    loop.close();
  }
}
