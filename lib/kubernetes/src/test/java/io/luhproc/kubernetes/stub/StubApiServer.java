package io.luhproc.kubernetes.stub;

import static io.luhproc.kubernetes.stub.StubObjects.map;
import static io.luhproc.kubernetes.stub.StubObjects.object;
import static io.luhproc.kubernetes.stub.StubObjects.status;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** An API server on loopback with one namespace, {@code shop}. */
public final class StubApiServer implements AutoCloseable {
  /** The only namespace. */
  public static final String NAMESPACE = "shop";

  static {
    // Without it each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StubCluster cluster;
  private final StubStreams streams;
  private final StubFaults faults = new StubFaults();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<String> deniedRights = ConcurrentHashMap.newKeySet();
  private final Map<String, Map<String, Object>> foreignPods = new ConcurrentHashMap<>();
  private volatile String authorization = "";
  private volatile String minorVersion = "20";
  private volatile boolean pagesExpire;

  private StubApiServer(HttpServer server, TimeSource time) {
    this.server = server;
    this.cluster = new StubCluster(time);
    this.streams = new StubStreams(cluster);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts a server with HTTP. */
  public static StubApiServer start(TimeSource time) throws IOException {
    return new StubApiServer(HttpServer.create(address(), 0), time);
  }

  /** Starts a server with TLS, which asks for a client certificate if it should. */
  public static StubApiServer start(SSLContext tls, boolean needsClient) throws IOException {
    HttpsServer server = HttpsServer.create(address(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters configured = tls.getDefaultSSLParameters();
            configured.setNeedClientAuth(needsClient);
            parameters.setSSLParameters(configured);
          }
        });
    return new StubApiServer(server, TimeSource.system());
  }

  private static InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Returns the port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Returns the URL. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Returns the last Pod of a Job. */
  public StubPod pod(String jobName) {
    synchronized (cluster) {
      return cluster.podOfJob(jobName).orElseThrow();
    }
  }

  /** Returns the names of all Jobs. */
  public List<String> jobNames() {
    synchronized (cluster) {
      return cluster.jobs().stream().map(it -> (String) map(it, "metadata").get("name")).toList();
    }
  }

  /** Returns a Job; missing if there is none. */
  public Json job(String name) {
    synchronized (cluster) {
      return new Json(cluster.job(name).map(StubObjects::copy).orElse(null));
    }
  }

  /** Adds a Job like another one, but without annotations. */
  public void copyJob(String name, String newName) {
    cluster.copyJob(name, newName);
  }

  /** Adds a Pod that is of no Job. */
  public void addPod(String name, Map<String, Object> pod) {
    foreignPods.put(name, pod);
  }

  /** Makes the processes of Pods that are created from now on do something. */
  public void setProcess(StubProcess process) {
    cluster.setProcess(process);
  }

  /** Makes processes ignore a stop until the test ends them. */
  public void stopSlowly() {
    cluster.stopSlowly();
  }

  /** Keeps deleted Jobs without a Pod until {@link #collect()}. */
  public void collectSlowly() {
    cluster.collectSlowly();
  }

  /** Removes deleted Jobs without a Pod. */
  public void collect() {
    cluster.collect();
  }

  /** Requires a value of the header {@code Authorization}. */
  public void requireAuthorization(String value) {
    authorization = value;
  }

  /** Takes rights away, such as {@code jobs:create}. */
  public void deny(String... rights) {
    deniedRights.addAll(List.of(rights));
  }

  /** Sets the minor version; since 26, a Pod that is deleted is not replaced. */
  public void setMinorVersion(String minor) {
    minorVersion = minor;
    cluster.replaceDeletedPods(Integer.parseInt(minor.replace("+", "")) < 26);
  }

  /** Makes the second page of each list too old. */
  public void expirePages(boolean expire) {
    pagesExpire = expire;
  }

  /** Forgets former changes, so that watches get 410. */
  public void compact() {
    cluster.compact();
  }

  /** Breaks watches and logs off. */
  public void breakStreams() {
    streams.breakOff();
  }

  /** Ends watches and logs, and does something before a client can notice that. */
  public void endStreams(Runnable meanwhile) {
    synchronized (cluster) {
      streams.end();
      meanwhile.run();
    }
  }

  /** Makes watches and logs that are open now silent for ever. */
  public void silenceStreams() {
    streams.silence();
  }

  /** Returns the number of watches and logs that are open. */
  public int openStreams() {
    return streams.open();
  }

  /** Plans a fault for the next requests that match, as {@code METHOD PATH}. */
  public void fail(String requestPattern, Fault fault, int times) {
    faults.plan(requestPattern, fault, times);
  }

  /** Removes planned faults. */
  public void recover() {
    faults.clear();
  }

  /** Returns the requests so far, as {@code METHOD PATH}. */
  public List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    StubRequest request = new StubRequest(exchange);
    requests.add(request.line());
    try {
      Fault fault = faults.take(request);
      if (fault == null || fault.isCarriedOut()) {
        if (!authorization.isEmpty() && !authorization.equals(request.header("Authorization"))) {
          request.answer(401, status(401, "Unauthorized", "Unauthorized", null));
        } else if (fault == Fault.CLOSE_AFTER) {
          synchronized (cluster) {
            Map<String, Object> ignored = cluster.createJob(request.json(), NAMESPACE);
          }
          request.close();
        } else {
          if (fault == Fault.REPLACED) {
            cluster.replaceJob(request.segments().get(6));
          } else if (fault == Fault.REMOVED) {
            cluster.removeAll();
          }
          route(request);
        }
      } else {
        faults.answer(request, fault);
      }
    } catch (InterruptedException expected) {
      // The server closes.
    } finally {
      // A stream that is silent stays open.
      if (!request.has("watch") && !request.has("follow")) {
        exchange.close();
      }
    }
  }

  private void route(StubRequest request) throws IOException, InterruptedException {
    List<String> path = request.segments();
    if (path.equals(List.of("version"))) {
      request.answer(
          200,
          object("major", "1", "minor", minorVersion, "gitVersion", "v1." + minorVersion + ".2"));
    } else if (path.equals(List.of("readyz"))) {
      request.answer(200, "text/plain; charset=utf-8", "ok".getBytes(UTF_8));
    } else if (path.contains("selfsubjectaccessreviews")) {
      review(request);
    } else if (path.size() > 5 && path.get(1).equals("batch")) {
      jobs(request, path.get(4), path.subList(5, path.size()));
    } else if (path.size() > 4 && path.get(0).equals("api")) {
      pods(request, path.subList(4, path.size()));
    } else {
      request.answer(404, "text/plain", "404 page not found".getBytes(UTF_8));
    }
  }

  private void review(StubRequest request) throws IOException {
    Json attributes = request.json().at("spec", "resourceAttributes");
    String subresource = attributes.at("subresource").textOrEmpty();
    String resource =
        attributes.at("resource").textOrEmpty() + (subresource.isEmpty() ? "" : "/" + subresource);
    boolean allowed = !deniedRights.contains(resource + ":" + attributes.at("verb").textOrEmpty());
    request.answer(
        201, object("kind", "SelfSubjectAccessReview", "status", object("allowed", allowed)));
  }

  private boolean refuse(StubRequest request, String resource, String group, String verb)
      throws IOException {
    if (!deniedRights.contains(resource + ":" + verb)) {
      return false;
    }
    String message =
        "%s%s is forbidden: User \"worker-lib\" cannot %s resource \"%s\" in API group \"%s\" in"
                .formatted(resource, group.isEmpty() ? "" : "." + group, verb, resource, group)
            + " the namespace \""
            + NAMESPACE
            + "\"";
    request.answer(
        403, status(403, "Forbidden", message, object("group", group, "kind", resource)));
    return true;
  }

  private void jobs(StubRequest request, String namespace, List<String> path)
      throws IOException, InterruptedException {
    String name = path.size() > 1 ? path.get(1) : "";
    String verb =
        switch (request.method()) {
          case "POST" -> "create";
          case "DELETE" -> "delete";
          default -> request.has("watch") ? "watch" : name.isEmpty() ? "list" : "get";
        };
    if (refuse(request, "jobs", "batch", verb)) {
      return;
    }
    switch (verb) {
      case "create" -> {
        if (namespace.equals(NAMESPACE)) {
          createJob(request);
        } else {
          notFound(request, "", "namespaces", namespace);
        }
      }
      case "delete" -> deleteJob(request, name);
      case "watch" -> streams.watch(request, "Job", selector(request));
      case "list" -> list(request, "JobList", "batch/v1", () -> cluster.jobs());
      default -> {
        Json job = job(name);
        if (job.isMissing()) {
          notFound(request, "batch", "jobs", name);
        } else {
          answer(request, 200, job);
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void answer(StubRequest request, int code, Json object) throws IOException {
    request.answer(code, (Map<String, Object>) object.value());
  }

  private static void notFound(StubRequest request, String group, String kind, String name)
      throws IOException {
    String qualified = group.isEmpty() ? kind : kind + "." + group;
    Map<String, Object> details = object("name", name);
    if (!group.isEmpty()) {
      details.put("group", group);
    }
    details.put("kind", kind);
    request.answer(
        404, status(404, "NotFound", "%s \"%s\" not found".formatted(qualified, name), details));
  }

  private void createJob(StubRequest request) throws IOException {
    Json body = request.json();
    String name = body.at("metadata", "name").textOrEmpty();
    String problem = JobValidation.problem(body);
    if (!problem.isEmpty()) {
      String message = "Job.batch \"%s\" is invalid: %s".formatted(name, problem);
      request.answer(
          422,
          status(422, "Invalid", message, object("name", name, "group", "batch", "kind", "Job")));
      return;
    }
    synchronized (cluster) {
      Map<String, Object> existing = cluster.job(name).orElse(null);
      if (existing == null) {
        request.answer(201, cluster.createJob(body, NAMESPACE));
        return;
      }
      String prefix =
          map(existing, "metadata").containsKey("deletionTimestamp")
              ? "object is being deleted: "
              : "";
      String message = "%sjobs.batch \"%s\" already exists".formatted(prefix, name);
      request.answer(
          409,
          status(
              409,
              "AlreadyExists",
              message,
              object("name", name, "group", "batch", "kind", "jobs")));
    }
  }

  private void deleteJob(StubRequest request, String name) throws IOException {
    Json options = request.json();
    synchronized (cluster) {
      Map<String, Object> job = cluster.job(name).orElse(null);
      if (job == null) {
        notFound(request, "batch", "jobs", name);
        return;
      }
      String uid = (String) map(job, "metadata").get("uid");
      String wanted = options.at("preconditions", "uid").text().orElse(uid);
      if (!wanted.equals(uid)) {
        String message =
            ("Operation cannot be fulfilled on Job.batch \"%s\": the UID in the precondition (%s)"
                    + " does not match the UID in record (%s). The object might have been deleted"
                    + " and then recreated")
                .formatted(name, wanted, uid);
        request.answer(
            409,
            status(
                409, "Conflict", message, object("name", name, "group", "batch", "kind", "Job")));
        return;
      }
      boolean foreground = options.at("propagationPolicy").is("Foreground");
      request.answer(200, cluster.deleteJob(name, foreground));
    }
  }

  private void pods(StubRequest request, List<String> path)
      throws IOException, InterruptedException {
    String name = path.size() > 1 ? path.get(1) : "";
    boolean isLog = path.size() > 2;
    String verb = request.has("watch") ? "watch" : name.isEmpty() ? "list" : "get";
    if (refuse(request, isLog ? "pods/log" : "pods", "", verb)) {
      return;
    }
    if (verb.equals("watch")) {
      streams.watch(request, "Pod", selector(request));
    } else if (verb.equals("list")) {
      list(request, "PodList", "v1", () -> cluster.pods());
    } else if (foreignPods.containsKey(name)) {
      request.answer(200, foreignPods.get(name));
    } else {
      pod(request, name, isLog);
    }
  }

  private void pod(StubRequest request, String name, boolean isLog)
      throws IOException, InterruptedException {
    StubPod pod;
    Map<String, Object> answer;
    boolean hasNode;
    synchronized (cluster) {
      pod = cluster.pod(name).orElse(null);
      answer = pod == null ? null : isLog ? StubStreams.waiting(pod) : pod.asObject();
      hasNode = pod != null && pod.hasNode();
    }
    if (pod == null) {
      notFound(request, "", "pods", name);
    } else if (isLog && !hasNode) {
      request.answerWithoutBody(204);
    } else if (answer != null) {
      request.answer(isLog ? 400 : 200, answer);
    } else {
      streams.log(request, pod);
    }
  }

  private static Predicate<Map<String, Object>> selector(StubRequest request) {
    String selector = request.parameter("labelSelector");
    if (selector == null) {
      return object -> true;
    }
    List<String> wanted = List.of(selector.split(",", -1));
    return object -> {
      Map<String, Object> labels = map(map(object, "metadata"), "labels");
      return wanted.stream()
          .map(it -> it.split("=", 2))
          .allMatch(it -> it[1].equals(labels.get(it[0])));
    };
  }

  private interface Objects {
    List<Map<String, Object>> all();
  }

  private void list(StubRequest request, String kind, String apiVersion, Objects objects)
      throws IOException {
    String token = request.parameter("continue");
    if (token != null && pagesExpire) {
      String message = "The provided continue parameter is too old";
      request.answer(410, status(410, "Expired", message, null));
      return;
    }
    synchronized (cluster) {
      List<Map<String, Object>> all = objects.all().stream().filter(selector(request)).toList();
      int from =
          token == null
              ? 0
              : Integer.parseInt(new String(Base64.getDecoder().decode(token), UTF_8));
      String limit = request.parameter("limit");
      int to = limit == null ? all.size() : Math.min(all.size(), from + Integer.parseInt(limit));
      Map<String, Object> metadata = object("resourceVersion", Long.toString(cluster.version()));
      if (to < all.size()) {
        metadata.put(
            "continue", Base64.getEncoder().encodeToString(Integer.toString(to).getBytes(UTF_8)));
        metadata.put("remainingItemCount", all.size() - to);
      }
      request.answer(
          200,
          object(
              "kind", kind,
              "apiVersion", apiVersion,
              "metadata", metadata,
              "items", all.subList(Math.min(from, to), to)));
    }
  }

  @Override
  public void close() {
    faults.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
