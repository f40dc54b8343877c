package io.luhproc.kubernetes.stub;

import static io.luhproc.kubernetes.stub.StubObjects.copy;
import static io.luhproc.kubernetes.stub.StubObjects.map;
import static io.luhproc.kubernetes.stub.StubObjects.object;
import static io.luhproc.kubernetes.stub.StubObjects.time;

import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The objects of a cluster and the changes of them: the API server, and the controller of Jobs.
 *
 * <p>Guarded by itself; a change notifies all that wait.
 */
final class StubCluster {
  private final TimeSource time;
  private final Map<String, Map<String, Object>> jobs = new LinkedHashMap<>();
  private final Map<String, StubPod> pods = new LinkedHashMap<>();
  private final List<Event> events = new ArrayList<>();
  private long version = 1000;
  private long oldestVersion = 1000;
  private int created;

  private StubProcess process = StubProcess.IDLE;
  private boolean stopsAtOnce = true;
  private boolean collectsAtOnce = true;
  private boolean replacesDeletedPods = true;

  /** A change; the object is as it was then. */
  record Event(long version, String type, Map<String, Object> object) {}

  StubCluster(TimeSource time) {
    this.time = time;
  }

  Instant now() {
    return time.now();
  }

  synchronized void setProcess(StubProcess newProcess) {
    process = newProcess;
  }

  synchronized void stopSlowly() {
    stopsAtOnce = false;
  }

  synchronized void collectSlowly() {
    collectsAtOnce = false;
  }

  /** Sets whether a Pod that is deleted is replaced, as before 1.26, or fails its Job. */
  synchronized void replaceDeletedPods(boolean replace) {
    replacesDeletedPods = replace;
  }

  /** Removes the Jobs that are deleted and have no Pod any more, as the garbage collector does. */
  synchronized void collect() {
    for (String name : List.copyOf(jobs.keySet())) {
      if (isDeleted(jobs.get(name)) && podOfJob(name).isEmpty()) {
        add("DELETED", jobs.remove(name));
      }
    }
  }

  private static boolean isDeleted(Map<String, Object> job) {
    return map(job, "metadata").containsKey("deletionTimestamp");
  }

  long version() {
    return version;
  }

  long oldestVersion() {
    return oldestVersion;
  }

  /** Forgets all former changes, as etcd does after a compaction. */
  synchronized void compact() {
    oldestVersion = version + 1;
    version += 2;
    events.clear();
    notifyAll();
  }

  List<Event> events() {
    return events;
  }

  List<Map<String, Object>> jobs() {
    return List.copyOf(jobs.values());
  }

  List<Map<String, Object>> pods() {
    return pods.values().stream().map(StubPod::asObject).toList();
  }

  Optional<Map<String, Object>> job(String name) {
    return Optional.ofNullable(jobs.get(name));
  }

  Optional<StubPod> pod(String name) {
    return Optional.ofNullable(pods.get(name));
  }

  Optional<StubPod> podOfJob(String jobName) {
    return pods.values().stream()
        .filter(
            pod -> jobName.equals(map(map(pod.asObject(), "metadata"), "labels").get("job-name")))
        .reduce((first, second) -> second);
  }

  private void add(String type, Map<String, Object> object) {
    version++;
    map(object, "metadata").put("resourceVersion", Long.toString(version));
    @SuppressWarnings("unchecked")
    Map<String, Object> snapshot = (Map<String, Object>) copy(object);
    events.add(new Event(version, type, snapshot));
    notifyAll();
  }

  void modified(Map<String, Object> object) {
    add("MODIFIED", object);
  }

  void bookmark() {
    version++;
    notifyAll();
  }

  private String uid() {
    created++;
    return "%08x-0000-4000-8000-%012x".formatted(created, created);
  }

  Map<String, Object> createJob(Json body, String namespace) {
    Map<String, Object> job = StubObjects.job(body, namespace, uid(), now());
    String name = (String) map(job, "metadata").get("name");
    jobs.put(name, job);
    add("ADDED", job);
    @SuppressWarnings("unchecked")
    Map<String, Object> reply = (Map<String, Object>) copy(job);
    createPod(job, name);
    return reply;
  }

  /** Removes everything. */
  synchronized void removeAll() {
    List.copyOf(pods.values()).forEach(this::removePod);
    List.copyOf(jobs.keySet()).forEach(name -> add("DELETED", jobs.remove(name)));
  }

  /** Copies a Job without its annotations. */
  synchronized void copyJob(String name, String newName) {
    @SuppressWarnings("unchecked")
    Map<String, Object> copied = (Map<String, Object>) copy(jobs.get(name));
    map(copied, "metadata").put("name", newName);
    map(copied, "metadata").remove("annotations");
    Map<String, Object> ignored = createJob(new Json(copied), StubApiServer.NAMESPACE);
  }

  /** Replaces a Job by another one with the same name. */
  synchronized void replaceJob(String name) {
    Map<String, Object> old = jobs.remove(name);
    add("DELETED", old);
    Map<String, Object> ignored =
        createJob(new Json(old), (String) map(old, "metadata").get("namespace"));
  }

  private void createPod(Map<String, Object> job, String name) {
    String uid = uid();
    String podName = name + "-" + uid.substring(3, 8);
    StubPod pod = new StubPod(this, StubObjects.pod(job, podName, uid, now()));
    pods.put(podName, pod);
    add("ADDED", pod.asObject());
    job.put("status", object("startTime", time(now()), "active", 1));
    modified(job);
    pod.setWaiting("ContainerCreating", "");
    process.onCreated(pod);
  }

  /** The controller notices the end of a Pod. */
  void onPodEnded(StubPod pod, boolean succeeded) {
    String name = (String) map(map(pod.asObject(), "metadata"), "labels").get("job-name");
    Map<String, Object> job = jobs.get(name);
    if (job == null) {
      return;
    }
    endJob(job, succeeded);
    if (isDeleted(job)) {
      removePod(pod);
    }
  }

  private void endJob(Map<String, Object> job, boolean succeeded) {
    Map<String, Object> condition =
        object(
            "type",
            succeeded ? "Complete" : "Failed",
            "status",
            "True",
            "lastProbeTime",
            time(now()),
            "lastTransitionTime",
            time(now()));
    if (!succeeded) {
      condition.put("reason", "BackoffLimitExceeded");
      condition.put("message", "Job has reached the specified backoff limit");
    }
    Map<String, Object> status = map(job, "status");
    status.remove("active");
    status.put("conditions", List.of(condition));
    status.put(succeeded ? "succeeded" : "failed", 1);
    modified(job);
  }

  /** Removes a Pod, and its Job if that waits for it. */
  void removePod(StubPod pod) {
    pods.remove(pod.name());
    add("DELETED", pod.asObject());
    String name = (String) map(map(pod.asObject(), "metadata"), "labels").get("job-name");
    Map<String, Object> job = jobs.get(name);
    if (job == null) {
      return;
    }
    if (isDeleted(job)) {
      if (collectsAtOnce) {
        collect();
      }
    } else if (!map(job, "status").containsKey("conditions")) {
      if (!replacesDeletedPods) {
        endJob(job, false);
      } else if (podOfJob(name).isEmpty()) {
        createPod(job, name);
      }
    }
  }

  /** Marks a Pod as deleted; before 1.26 another one is created while its process runs on. */
  void evict(StubPod pod) {
    Map<String, Object> metadata = map(pod.asObject(), "metadata");
    metadata.put("deletionTimestamp", time(now()));
    modified(pod.asObject());
    String name = (String) map(metadata, "labels").get("job-name");
    if (replacesDeletedPods) {
      createPod(jobs.get(name), name);
    }
  }

  /** Deletes a Job; the caller has checked the preconditions. */
  Map<String, Object> deleteJob(String name, boolean foreground) {
    Map<String, Object> job = jobs.get(name);
    Map<String, Object> metadata = map(job, "metadata");
    Optional<StubPod> pod = podOfJob(name);
    boolean first = metadata.putIfAbsent("deletionTimestamp", time(now())) == null;
    if (first && foreground) {
      metadata.put("deletionGracePeriodSeconds", 0);
      metadata.put("finalizers", List.of("foregroundDeletion"));
      modified(job);
    }
    @SuppressWarnings("unchecked")
    Map<String, Object> reply = (Map<String, Object>) copy(job);
    if (!foreground) {
      // At once, although its process runs on.
      jobs.remove(name);
      add("DELETED", job);
    }
    pod.ifPresent(it -> stopPod(it, first));
    if (pod.isEmpty()) {
      jobs.remove(name);
      add("DELETED", job);
    }
    return reply;
  }

  private void stopPod(StubPod pod, boolean first) {
    if (first) {
      Map<String, Object> metadata = map(pod.asObject(), "metadata");
      long grace =
          ((Number) map(pod.asObject(), "spec").get("terminationGracePeriodSeconds")).longValue();
      metadata.put("deletionTimestamp", time(now().plusSeconds(grace)));
      metadata.put("deletionGracePeriodSeconds", grace);
      modified(pod.asObject());
    }
    if (pod.hasEnded()) {
      removePod(pod);
    } else if (stopsAtOnce && pod.state().equals("running")) {
      process.onStop(pod);
    } else if (stopsAtOnce) {
      removePod(pod);
    }
  }
}
