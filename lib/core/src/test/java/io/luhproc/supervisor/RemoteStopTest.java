package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.contract.FakeEngine.Place.StopMode;
import io.luhproc.engine.StopReply;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stops on an engine that lasts, refuses or forgets. */
@Timeout(60)
class RemoteStopTest extends RemoteServiceFixture {
  @BeforeEach
  void addProcess() {
    shop.add(ProcessSpec.command("web", "RUN").minReadyTime(Duration.ZERO).remote(engine));
  }

  @Test
  void killReplacesStopThatLasts() throws Exception {
    place.setStops(StopMode.ONLY_BY_KILL);
    ServiceStatus ignored = shop.start();
    CompletableFuture<ServiceStatus> stopped = shop.supervisor.stop("shop");
    awaitPlace("being stopped");
    assertThat(stopped).isNotDone();

    assertThat(shop.supervisor.kill("shop").get(30, TimeUnit.SECONDS).state())
        .isEqualTo(ProcessState.INACTIVE);

    assertThat(stopped.get(30, TimeUnit.SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
    assertThat(place.open("any").info(WEB)).isEmpty();
  }

  @Test
  void refusedStopFailsWithReasonAndCanBeRepeated() throws Exception {
    place.setStops(StopMode.REFUSED);
    ServiceStatus ignored = shop.start();

    assertThat(SupervisorFixture.startFailure(() -> shop.stop())).contains("refuses the stop");

    assertThat(place.open("any").info(WEB).orElseThrow().end()).isEmpty();
    place.setStops(StopMode.AT_ONCE);
    assertThat(shop.stop().state()).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void refusedStopOfStartThatWaitsIsNoFailedStart() throws Exception {
    waitForPlace();
    place.setStops(StopMode.REFUSED);

    CompletableFuture<ServiceStatus> stopped = shop.supervisor.stop("shop");

    awaitPlace("refuses the stop");
    assertThat(stopped).isNotDone();
    place.setStops(StopMode.AT_ONCE);
    assertThat(shop.supervisor.kill("shop").get(30, TimeUnit.SECONDS).state())
        .isEqualTo(ProcessState.INACTIVE);
    assertThat(place.open("any").info(WEB)).isEmpty();
  }

  /** Starts the process where it waits for a place. */
  private void waitForPlace() throws Exception {
    assertThat(shop.supervisor.remove("shop").get(30, TimeUnit.SECONDS).name()).isEqualTo("shop");
    shop.add(ProcessSpec.command("web", "NEVER_PLACED").remote(engine));
    CompletableFuture<ServiceStatus> ignored = shop.supervisor.start("shop");
    awaitPlace("waiting");
  }

  @Test
  void processThatEngineForgetsDuringStopIsDown() throws Exception {
    place.setStops(StopMode.FORGOTTEN);
    ServiceStatus ignored = shop.start();

    assertThat(shop.stop().state()).isEqualTo(ProcessState.INACTIVE);
  }

  @Test
  void startWaitsUntilPreviousRunIsStopped() throws Exception {
    place.setStops(StopMode.ONLY_BY_KILL);
    startElsewhere();
    String run = place.open("other").info(WEB).orElseThrow().incarnation();
    assertThat(place.open("other").stop(WEB, run, TIME_OUT)).isEqualTo(StopReply.ACCEPTED);

    CompletableFuture<ServiceStatus> started = shop.supervisor.start("shop");

    awaitPlace("its previous run is still being stopped");
    assertThat(place.open("other").stop(WEB, run, Duration.ZERO)).isEqualTo(StopReply.ACCEPTED);
    assertThat(started.get(30, TimeUnit.SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    assertThat(place.started()).isEqualTo(2);
  }
}
