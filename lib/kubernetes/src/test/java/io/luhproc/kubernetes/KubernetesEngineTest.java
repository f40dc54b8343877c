package io.luhproc.kubernetes;

import static io.luhproc.kubernetes.EngineFixture.LONG;
import static io.luhproc.kubernetes.EngineFixture.job;
import static io.luhproc.kubernetes.EngineFixture.key;
import static io.luhproc.kubernetes.EngineFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StartReply.Outcome;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class KubernetesEngineTest {
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir private Path home;
  private EngineFixture fixture;
  private KubernetesEngine engine;

  @BeforeEach
  void open() throws Exception {
    fixture = new EngineFixture(home, TimeSource.system());
    engine = fixture.open("shop");
  }

  @AfterEach
  void close() {
    engine.close();
    fixture.close();
  }

  private WorkerStatus start(String id) {
    StartReply reply = engine.start(spec(id, "t1"));
    assertThat(reply.outcome()).isEqualTo(Outcome.ACCEPTED);
    return reply.status();
  }

  private WorkerStatus info(String id) {
    return engine.info(key(id)).orElseThrow();
  }

  @Test
  void workerStartsRunsAndEnds() {
    WorkerStatus started = start("main");
    assertThat(started.phase()).isEqualTo(Phase.STARTING);
    assertThat(started.token()).isEqualTo("t1");
    assertThat(info("main").detail()).hasValue("ContainerCreating");
    fixture.server.pod(job("main")).run();
    assertThat(info("main").phase()).isEqualTo(Phase.RUNNING);
    fixture.server.pod(job("main")).exit(7);
    WorkerStatus ended = info("main");
    assertThat(ended.incarnation()).isEqualTo(started.incarnation());
    assertThat(ended.end().orElseThrow().process().exitCode()).hasValue(7);
  }

  @Test
  void repeatedStartWithSameTokenIsSameStart() {
    WorkerStatus first = start("main");
    StartReply again = engine.start(spec("main", "t1"));
    assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_ACCEPTED);
    assertThat(again.status().incarnation()).isEqualTo(first.incarnation());
    fixture.server.pod(job("main")).exit(0);
    assertThat(engine.start(spec("main", "t1")).outcome()).isEqualTo(Outcome.ALREADY_ACCEPTED);
  }

  @Test
  void startWhoseAnswerIsLostIsFoundByRepeatingIt() {
    fixture.server.fail("POST .*/jobs$", Fault.CLOSE_AFTER, 1);
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .isInstanceOf(EngineUnavailableException.class);
    assertThat(fixture.server.jobNames()).containsExactly(job("main"));
    assertThat(engine.start(spec("main", "t1")).outcome()).isEqualTo(Outcome.ALREADY_ACCEPTED);
    assertThat(fixture.server.jobNames()).hasSize(1);
  }

  @Test
  void startWithAnotherTokenIsTakenWhileWorkerLives() {
    WorkerStatus first = start("main");
    StartReply taken = engine.start(spec("main", "t2"));
    assertThat(taken.outcome()).isEqualTo(Outcome.TAKEN);
    assertThat(taken.status().token()).isEqualTo("t1");
    assertThat(info("main").incarnation()).isEqualTo(first.incarnation());
  }

  @Test
  void endedWorkerIsReplaced() {
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).exit(0);
    StartReply second = engine.start(spec("main", "t2"));
    assertThat(second.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(second.status().incarnation()).isNotEqualTo(first.incarnation());
  }

  @Test
  void startDuringStopIsTold() {
    fixture.server.stopSlowly();
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).run();
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);
    StartReply second = engine.start(spec("main", "t2"));
    assertThat(second.outcome()).isEqualTo(Outcome.STOPPING);
    assertThat(second.status().phase()).isEqualTo(Phase.STOPPING);
    assertThat(engine.start(spec("main", "t1")).outcome()).isEqualTo(Outcome.STOPPING);
    fixture.server.pod(job("main")).exit(143);
    assertThat(engine.start(spec("main", "t2")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void stopIsForegroundAndNamesIncarnation() {
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).run();
    assertThat(engine.stop(key("main"), "another", GRACE)).isEqualTo(StopReply.OTHER_INCARNATION);
    assertThat(info("main").phase()).isEqualTo(Phase.RUNNING);
    fixture.server.stopSlowly();
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);
    Json metadata = fixture.server.job(job("main")).at("metadata");
    assertThat(metadata.at("finalizers").items()).containsExactly(new Json("foregroundDeletion"));
    assertThat(info("main").phase()).isEqualTo(Phase.STOPPING);
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);
    fixture.server.pod(job("main")).exit(143);
    assertThat(engine.info(key("main"))).isEmpty();
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE)).isEqualTo(StopReply.NOT_FOUND);
  }

  @Test
  void stopRacingWithNewWorkerStopsNothing() {
    WorkerStatus first = start("main");
    fixture.server.fail("DELETE", Fault.REPLACED, 1);
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE))
        .isEqualTo(StopReply.OTHER_INCARNATION);
    assertThat(info("main").incarnation()).isNotEqualTo(first.incarnation());
    assertThat(info("main").phase()).isEqualTo(Phase.STARTING);
    assertThat(fixture.server.requests().stream().filter(it -> it.startsWith("DELETE"))).hasSize(1);
  }

  @Test
  void stopOfEndedWorkerRemovesIt() {
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).exit(0);
    assertThat(engine.stop(key("main"), first.incarnation(), GRACE))
        .isEqualTo(StopReply.ALREADY_ENDED);
    assertThat(engine.info(key("main"))).isEmpty();
  }

  @Test
  void listHasWorkersOfThisAppOnlyInPages() {
    try (KubernetesEngine other = fixture.open("other")) {
      for (int i = 0; i < 250; i++) {
        StartReply ignored = engine.start(spec("id-" + i, "t" + i));
      }
      StartReply ignored = other.start(spec("foreign", "t1"));
      fixture.server.pod(job("id-7")).run();
      fixture.server.pod(job("id-8")).killForMemory();
      fixture.server.requests().clear();
      List<WorkerStatus> workers = engine.list();
      assertThat(workers).hasSize(250);
      assertThat(fixture.server.requests()).as("3 pages of Jobs, 3 of Pods").hasSize(6);
      assertThat(workers.get(7).phase()).isEqualTo(Phase.RUNNING);
      assertThat(workers.get(8).end().orElseThrow().kind()).isEqualTo(Kind.OUT_OF_MEMORY);
      assertThat(workers.get(9).phase()).isEqualTo(Phase.STARTING);
      assertThat(other.list()).hasSize(1);
    }
  }

  @Test
  void workerThatIsRemovedDuringListIsNotListed() {
    start("main");
    fixture.server.pod(job("main")).run();
    // Its Pod is gone, and its Job not yet.
    fixture.server.fail("GET .*/jobs\\?", Fault.REMOVED, 1);
    assertThat(engine.list()).isEmpty();
    start("main");
    fixture.server.fail("GET .*/jobs/", Fault.REMOVED, 1);
    assertThat(engine.info(key("main"))).isEmpty();
  }

  @Test
  void jobOfAnotherProgramWithOurLabelsIsNotListed() {
    start("main");
    fixture.server.copyJob(job("main"), "backup");
    assertThat(engine.list()).extracting(WorkerStatus::key).containsExactly(key("main"));
  }

  @Test
  void workerOfAnotherAppWithTheSameKeyIsLeftAlone() {
    WorkerStatus first = start("main");
    try (KubernetesEngine other = fixture.open("other")) {
      assertThatThrownBy(() -> other.start(spec("main", "t1")))
          .isInstanceOf(EngineRefusedException.class)
          .hasMessageContaining("of other: it belongs to shop; name each app");
      assertThatThrownBy(() -> other.stop(key("main"), first.incarnation(), GRACE))
          .isInstanceOf(EngineRefusedException.class);
      assertThatThrownBy(() -> other.info(key("main"))).isInstanceOf(EngineRefusedException.class);
    }
    assertThat(info("main").incarnation()).isEqualTo(first.incarnation());
  }

  @Test
  void anyKeyIsAccepted() {
    String longId = "ä".repeat(2000);
    for (String id : List.of("a", "A", "🚀", longId, longId + "x", "$(HOME)", "..", "a/b")) {
      WorkerStatus started = start(id);
      assertThat(started.key()).isEqualTo(key(id));
      assertThat(info(id).incarnation()).isEqualTo(started.incarnation());
    }
    WorkerKey noApp = new WorkerKey(Optional.empty(), "INDEXER", "a");
    assertThat(engine.info(noApp)).isEmpty();
  }

  @Test
  void unreachableServerIsNeverAnAnswer() {
    WorkerStatus first = start("main");
    for (Fault fault :
        List.of(
            Fault.CLOSE,
            Fault.CUT,
            Fault.ERROR_500,
            Fault.FORBIDDEN,
            Fault.THROTTLED,
            Fault.NOT_JSON,
            Fault.FOREIGN_404,
            Fault.NO_RESOURCE)) {
      fixture.server.fail("", fault, 100);
      List<Runnable> calls =
          List.of(
              () -> engine.start(spec("main", "t1")),
              () -> engine.info(key("main")),
              () -> engine.list(),
              () -> engine.stop(key("main"), first.incarnation(), GRACE));
      for (Runnable call : calls) {
        assertThatThrownBy(call::run)
            .as(fault.name())
            .isInstanceOf(EngineUnavailableException.class);
      }
      fixture.server.recover();
    }
    assertThat(info("main").incarnation()).isEqualTo(first.incarnation());
  }

  @Test
  void serverThatDiesInTheMiddleOfACallIsNeverAnAnswer() {
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).exit(0);
    // The second request of each call.
    Map<String, Runnable> calls =
        Map.of(
            "GET .*/jobs/indexer", () -> engine.info(key("main")),
            "GET .*/jobs\\?", () -> engine.list(),
            "DELETE", () -> engine.stop(key("main"), first.incarnation(), GRACE),
            "GET .*/pods", () -> engine.start(spec("main", "t2")));
    calls.forEach(
        (request, call) -> {
          fixture.server.fail(request, Fault.ERROR_500, 1);
          assertThatThrownBy(call::run).as(request).isInstanceOf(EngineUnavailableException.class);
        });
    assertThat(info("main").incarnation()).isEqualTo(first.incarnation());
  }

  @Test
  void callThatHangsEnds() {
    ApiClient.Limits limits =
        new ApiClient.Limits(Duration.ofMillis(300), Duration.ofMillis(300), 100);
    try (KubernetesEngine impatient = fixture.open("shop", limits, LONG)) {
      fixture.server.fail("GET", Fault.HANG, 1);
      assertThatThrownBy(impatient::list).isInstanceOf(EngineUnavailableException.class);
    }
  }

  @Test
  void callEndsWhenEngineIsClosed() throws Exception {
    fixture.server.fail("GET", Fault.HANG, 1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread caller = Threads.daemon("test", () -> failure.set(catchThrowable(engine::list)));
    caller.start();
    Eventually.holds("request", () -> !fixture.server.requests().isEmpty());
    engine.close();
    caller.join();
    assertThat(failure.get())
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageEndingWith("the engine is closed");
    assertThatThrownBy(engine::list).isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void invalidVariableIsRefusedWithMessageOfServer() {
    fixture.server.setMinorVersion("29");
    WorkerSpec valid = spec("main", "t1");
    WorkerSpec invalid =
        new WorkerSpec(
            valid.key(),
            valid.token(),
            valid.command(),
            Map.of("1BAD NAME", "secret"),
            Map.of(),
            valid.directory(),
            GRACE,
            Optional.empty());
    assertThatThrownBy(() -> engine.start(invalid))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("HTTP status 422")
        .hasMessageContaining("1BAD NAME")
        .hasMessageNotContaining("secret");
  }

  @Test
  void replacementPolicyIsSetWhereServerKnowsIt() {
    fixture.server.setMinorVersion("29+");
    start("main");
    Json spec = fixture.server.job(job("main")).at("spec");
    assertThat(spec.at("podReplacementPolicy").is("Failed")).isTrue();
  }

  @Test
  void rightsAreCheckedAndGrantedByYaml() {
    assertThat(engine.check()).isEmpty();
    fixture.server.deny("jobs:delete", "jobs:create", "pods/log:get");
    List<EngineProblem> problems = engine.check();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).problem())
        .isEqualTo("rights are missing in namespace shop: jobs: create, delete; pods/log: get");
    assertThat(problems.get(0).remedy())
        .contains("kind: Role\n", "namespace: \"shop\"\n", "resources: [\"pods/log\"]\n")
        .contains("verbs: [\"create\", \"get\", \"list\", \"watch\", \"delete\"]\n");
    assertThat(fixture.server.jobNames()).isEmpty();
  }

  @Test
  void manifestOfRightsRefusesNamesThatAreNoNames() {
    assertThat(KubernetesEngineProvider.accessManifest("shop", "starter"))
        .contains("  name: \"starter\"\n");
    assertThatThrownBy(() -> KubernetesEngineProvider.accessManifest("shop\nrules:", "starter"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KubernetesEngineProvider.accessManifest("shop", "a: b"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void missingRightIsRefusalWithYaml() {
    fixture.server.deny("jobs:create");
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("cannot create resource \"jobs\"")
        .hasMessageContaining("kind: RoleBinding");
  }

  @Test
  void checkOfUnreachableServerIsAProblem() {
    fixture.server.fail("", Fault.CLOSE, 100);
    assertThat(engine.check()).hasSize(1);
    assertThat(engine.check().get(0).problem()).contains("is not reachable");
  }

  @Test
  void workerWhoseImageNeverComesIsRemoved() throws Exception {
    VirtualTime time = new VirtualTime();
    try (EngineFixture virtual = new EngineFixture(home, time);
        KubernetesEngine patient = virtual.open("shop")) {
      StartReply started = patient.start(spec("main", "t1", Optional.of(Duration.ofMinutes(5))));
      StartReply running = patient.start(spec("runs", "t1", Optional.of(Duration.ofMinutes(5))));
      assertThat(running.outcome()).isEqualTo(Outcome.ACCEPTED);
      virtual.server.pod(job("main")).setWaiting("ErrImagePull", "not found");
      virtual.server.pod(job("runs")).run();
      time.advance(Duration.ofMinutes(4));
      assertThat(patient.info(key("main")).orElseThrow().phase()).isEqualTo(Phase.STARTING);
      time.advance(Duration.ofMinutes(1));
      WorkerStatus ended = patient.list().get(0);
      assertThat(ended.incarnation()).isEqualTo(started.status().incarnation());
      assertThat(ended.end().orElseThrow().kind()).isEqualTo(Kind.START_FAILED);
      assertThat(ended.end().orElseThrow().process().reason())
          .isEqualTo("not started in time: ErrImagePull: not found");
      assertThat(virtual.server.jobNames()).containsExactly(job("runs"));
    }
  }

  @Test
  void ownPodIsTheTemplate() throws Exception {
    Json pod =
        Json.parse(
            ("{\"metadata\":{\"name\":\"shop-1\"},\"spec\":{\"containers\":[{\"name\":\"web\","
                    + "\"image\":\"shop/web:9\"}]}}")
                .getBytes(StandardCharsets.UTF_8));
    @SuppressWarnings("unchecked")
    Map<String, Object> object = (Map<String, Object>) pod.value();
    fixture.server.addPod("shop-1", object);
    assertThat(fixture.ownPodTemplate("shop-1").container().get("image"))
        .isEqualTo(new Json("shop/web:9"));
    assertThatThrownBy(() -> fixture.ownPodTemplate(""))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("set LUHPROC_K8S_IMAGE");
  }

  @Test
  void providerIsFoundByScheme() {
    Map<String, String> environment = Map.of("KUBECONFIG", home.resolve("config").toString());
    try (WorkerEngine found = WorkerEngines.open("k8s:shop", "shop", environment)) {
      assertThat(found).isInstanceOf(KubernetesEngine.class);
      assertThat(found.list()).isEmpty();
    }
    assertThatThrownBy(() -> WorkerEngines.open("k8s:Bad_Name", "shop", environment))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("the namespace must be");
    Map<String, String> missing = Map.of("KUBECONFIG", home.resolve("none").toString());
    KubernetesEngineProvider provider = new KubernetesEngineProvider();
    assertThatThrownBy(() -> provider.open(new EngineSettings("", "shop", missing)))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("set KUBECONFIG");
  }

  @Test
  void namespaceThatDoesNotExistIsRefused() {
    Map<String, String> environment =
        Map.of("KUBECONFIG", home.resolve("config").toString(), "LUHPROC_K8S_IMAGE", "shop/web:7");
    try (WorkerEngine other = WorkerEngines.open("k8s:other", "shop", environment)) {
      assertThatThrownBy(() -> other.start(spec("main", "t1")))
          .isInstanceOf(EngineRefusedException.class)
          .hasMessageContaining("namespaces \"other\" not found");
    }
  }
}
