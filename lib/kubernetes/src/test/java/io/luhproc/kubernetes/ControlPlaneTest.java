package io.luhproc.kubernetes;

import static io.luhproc.kubernetes.EngineFixture.job;
import static io.luhproc.kubernetes.EngineFixture.key;
import static io.luhproc.kubernetes.EngineFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply.Outcome;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the controllers of a cluster do, and what a server does while it begins. */
@ExtendWith(LeakCheck.class)
class ControlPlaneTest {
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
    return engine.start(spec(id, "t1")).status();
  }

  private WorkerStatus info(String id) {
    return engine.info(key(id)).orElseThrow();
  }

  @Test
  void stoppedWorkerIsStoppedUntilItsJobIsCollected() {
    fixture.server.collectSlowly();
    for (int code : new int[] {0, 143}) {
      WorkerStatus first = start("main");
      fixture.server.pod(job("main")).run();
      fixture.server.stopSlowly();
      StopReply reply = engine.stop(key("main"), first.incarnation(), GRACE);
      assertThat(reply).isEqualTo(StopReply.ACCEPTED);
      fixture.server.pod(job("main")).exit(code);
      assertThat(info("main").end().orElseThrow().kind()).isEqualTo(Kind.STOPPED);
      assertThat(engine.list().get(0)).isEqualTo(info("main"));
      fixture.server.collect();
      assertThat(engine.info(key("main"))).isEmpty();
    }
  }

  @Test
  void workerOnLostNodeHasNoTwin() {
    start("main");
    fixture.server.pod(job("main")).run();
    fixture.server.pod(job("main")).loseNode();
    WorkerStatus lost = info("main");
    assertThat(lost.phase()).isEqualTo(Phase.LOST);
    fixture.server.pod(job("main")).staysLost();
    assertThat(info("main")).isEqualTo(lost);
  }

  @Test
  void workerWhosePodIsReplacedIsTheSameRun() {
    WorkerStatus first = start("main");
    fixture.server.pod(job("main")).run();
    Optional<String> where = info("main").where();
    fixture.server.pod(job("main")).delete();
    assertThat(info("main").phase()).isEqualTo(Phase.STARTING);
    assertThat(info("main").incarnation()).isEqualTo(first.incarnation());
    assertThat(info("main").where()).isPresent().isNotEqualTo(where);
  }

  @Test
  void serverThatHasNotReadTheRightsYetRefusesNothing() {
    fixture.server.fail("POST .*/jobs$", Fault.FORBIDDEN, 100);
    fixture.server.fail("GET /readyz", Fault.ERROR_500, 1);
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("the server is not ready: HTTP status 500");
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .as("of a server that is ready")
        .isInstanceOf(EngineRefusedException.class);
    fixture.server.fail("GET /readyz", Fault.FOREIGN_404, 1);
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .as("of a server that does not tell")
        .isInstanceOf(EngineRefusedException.class);
    fixture.server.recover();
    fixture.server.fail("POST .*/jobs$", Fault.FORBIDDEN, 1);
    assertThat(engine.start(spec("main", "t1")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void quotaThatIsUsedUpIsNoMissingRight() {
    fixture.server.fail("POST .*/jobs$", Fault.OVER_QUOTA, 2);
    assertThatThrownBy(() -> engine.start(spec("main", "t1")))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("exceeded quota: jobs")
        .hasMessageNotContaining("Role");
  }

  @Test
  void rightsThatServerHasNotReadYetAreNotMissing() {
    fixture.server.deny("jobs:create");
    fixture.server.fail("GET /readyz", Fault.ERROR_500, 1);
    assertThat(engine.check().get(0).problem())
        .isEqualTo("cannot ask for rights: the server is not ready: HTTP status 500 for /readyz");
    assertThat(engine.check().get(0).problem()).contains("rights are missing");
  }
}
