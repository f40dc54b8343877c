package io.luhproc.kubernetes.stub;

import static io.luhproc.kubernetes.stub.StubObjects.condition;
import static io.luhproc.kubernetes.stub.StubObjects.containerStatus;
import static io.luhproc.kubernetes.stub.StubObjects.map;
import static io.luhproc.kubernetes.stub.StubObjects.object;
import static io.luhproc.kubernetes.stub.StubObjects.time;

import io.luhproc.kubernetes.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Pod whose life is under the control of a test, which is scheduler, kubelet and process. */
public final class StubPod {
  private final StubCluster cluster;
  private final Map<String, Object> pod;
  // Guarded by the cluster, as is the next field. A line without a stamp is of the kubelet.
  private final List<LogLine> log = new ArrayList<>();
  private Instant started;

  /** A line of the log; the stamp is null for a line that the kubelet injected. */
  record LogLine(Instant stamp, String text) {}

  StubPod(StubCluster cluster, Map<String, Object> pod) {
    this.cluster = cluster;
    this.pod = pod;
  }

  Map<String, Object> asObject() {
    return pod;
  }

  List<LogLine> log() {
    return log;
  }

  String name() {
    return (String) map(pod, "metadata").get("name");
  }

  private Map<String, Object> status() {
    return map(pod, "status");
  }

  private void set(String phase, boolean ready, String state, Map<String, Object> details) {
    Instant now = cluster.now();
    Map<String, Object> status = status();
    status.put("phase", phase);
    status.put("conditions", conditions(ready, phase.equals("Succeeded"), now));
    status.put("hostIP", "127.0.0.1");
    status.put("startTime", time(now));
    status.put("containerStatuses", List.of(containerStatus(state, details)));
    map(pod, "spec").put("nodeName", "node1");
    cluster.modified(pod);
  }

  private static List<Map<String, Object>> conditions(
      boolean ready, boolean completed, Instant now) {
    List<Map<String, Object>> conditions =
        List.of(
            condition("Initialized", true, now),
            condition("Ready", ready, now),
            condition("ContainersReady", ready, now),
            condition("PodScheduled", true, now));
    for (Map<String, Object> condition : conditions.subList(0, 3)) {
      if (completed) {
        condition.put("reason", "PodCompleted");
      } else if ("False".equals(condition.get("status"))) {
        condition.put("reason", "ContainersNotReady");
        condition.put("message", "containers with unready status: [worker]");
      }
    }
    return conditions;
  }

  /** No node fits. */
  public void setUnschedulable(String message) {
    synchronized (cluster) {
      Map<String, Object> scheduled = condition("PodScheduled", false, cluster.now());
      scheduled.put("reason", "Unschedulable");
      scheduled.put("message", message);
      status().put("conditions", List.of(scheduled));
      map(pod, "spec").remove("nodeName");
      status().remove("containerStatuses");
      cluster.modified(pod);
    }
  }

  /** The container waits, for example for its image. */
  public void setWaiting(String reason, String message) {
    synchronized (cluster) {
      Map<String, Object> details = object("reason", reason);
      if (!message.isEmpty()) {
        details.put("message", message);
      }
      set("Pending", false, "waiting", details);
    }
  }

  /** The process begins. */
  public void run() {
    synchronized (cluster) {
      started = cluster.now();
      set("Running", true, "running", object("startedAt", time(started)));
    }
  }

  /** The process exits. */
  public void exit(int code) {
    terminate(code, code == 0 ? "Completed" : "Error", "");
  }

  /** The kernel kills the process for lack of memory. */
  public void killForMemory() {
    terminate(137, "OOMKilled", "");
  }

  /** The runtime cannot start the process. */
  public void failToStart(String message) {
    terminate(128, "StartError", message);
  }

  private void terminate(int code, String reason, String message) {
    synchronized (cluster) {
      Instant now = cluster.now();
      Map<String, Object> details = object("exitCode", code, "reason", reason);
      if (!message.isEmpty()) {
        details.put("message", message);
      }
      boolean never = started == null;
      details.put("startedAt", never ? "1970-01-01T00:00:00Z" : time(started));
      details.put("finishedAt", time(now));
      details.put("containerID", "containerd://39050420d5ed");
      set(code == 0 ? "Succeeded" : "Failed", false, "terminated", details);
      cluster.onPodEnded(this, code == 0);
    }
  }

  /** The kubelet evicts the Pod, and reports no container. */
  public void evict() {
    synchronized (cluster) {
      status().put("phase", "Failed");
      status().put("reason", "Evicted");
      status().put("message", "The node was low on resource: memory.");
      status().remove("containerStatuses");
      cluster.modified(pod);
      cluster.onPodEnded(this, false);
    }
  }

  /** The kubelet is dead; the node controller notices that. */
  public void loseNode() {
    synchronized (cluster) {
      Instant now = cluster.now();
      status()
          .put(
              "conditions",
              List.of(
                  condition("Initialized", true, now),
                  condition("Ready", false, now),
                  condition("ContainersReady", true, now),
                  condition("PodScheduled", true, now)));
      cluster.modified(pod);
    }
  }

  /** The node stays lost; the Pod is evicted unless it tolerates that for ever. */
  public void staysLost() {
    synchronized (cluster) {
      long tolerated =
          new Json(pod)
              .at("spec", "tolerations").items().stream()
                  .filter(it -> it.at("key").textOrEmpty().startsWith("node.kubernetes.io/"))
                  .filter(it -> it.at("effect").is("NoExecute") && it.at("operator").is("Exists"))
                  .filter(it -> it.at("tolerationSeconds").isMissing())
                  .count();
      if (tolerated < 2) {
        cluster.evict(this);
      }
    }
  }

  /** The Pod is deleted by another program. */
  public void delete() {
    synchronized (cluster) {
      cluster.removePod(this);
    }
  }

  /** The process writes a line. */
  public void log(Instant stamp, String text) {
    synchronized (cluster) {
      log.add(new LogLine(stamp, text));
      cluster.notifyAll();
    }
  }

  /** The kubelet injects a line. */
  public void injectLine(String text) {
    log(null, text);
  }

  /** A signal kills the process. */
  public void kill() {
    terminate(137, "Error", "");
  }

  /** Returns the value of an environment variable of the container; empty if it is not set. */
  public String variable(String name) {
    Json spec = new Json(pod).at("spec");
    return spec.at("containers")
        .items()
        .get(0)
        .at("env")
        .itemNamed("name", name)
        .at("value")
        .textOrEmpty();
  }

  boolean hasNode() {
    return map(pod, "spec").containsKey("nodeName");
  }

  boolean hasEnded() {
    return "Failed".equals(status().get("phase")) || "Succeeded".equals(status().get("phase"));
  }

  /** Returns the state of the container, such as {@code waiting}; empty if it has none. */
  String state() {
    return status().get("containerStatuses") instanceof List<?> list
        ? ((Map<?, ?>) ((Map<?, ?>) list.get(0)).get("state")).keySet().iterator().next().toString()
        : "";
  }

  String waitingReason() {
    Map<?, ?> container = (Map<?, ?>) ((List<?>) status().get("containerStatuses")).get(0);
    return ((Map<?, ?>) ((Map<?, ?>) container.get("state")).get("waiting"))
        .get("reason")
        .toString();
  }
}
