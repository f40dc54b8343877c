package io.luhproc.supervisor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The number of replicas changes, by an update or from one supervisor to the next. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ReplicaScalingTest {
  @TempDir private Path folder;

  private Path services() {
    return folder.resolve("services");
  }

  private Supervisor newSupervisor() {
    return SupervisorMain.builder(services()).withoutCgroups().build();
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(services());
  }

  private static ServiceSpec shop(int replicas) {
    return ServiceSpec.named("shop")
        .process(ProcessSpec.shell("web", "echo hello; exec sleep 600").replicas(replicas))
        .build();
  }

  private static List<String> names(ServiceStatus status) {
    return status.processes().stream().map(ProcessStatus::name).toList();
  }

  private static ProcessIdentity identity(ServiceStatus status, String process) {
    return status.process(process).identity().orElseThrow();
  }

  private void startAndDetach(int replicas) throws Exception {
    Supervisor former = newSupervisor();
    former.add(shop(replicas));
    ServiceStatus ignored = former.start("shop").get(20, SECONDS);
    former.detach();
  }

  @Test
  void firstReplicaKeepsItsProcessAndLogsWhenOthersAreAdded() throws Exception {
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(shop(1));
      ServiceStatus one = supervisor.start("shop").get(20, SECONDS);
      ServiceStatus two = supervisor.update(shop(2)).get(20, SECONDS);
      assertThat(names(two)).containsExactly("web", "web-2");
      assertThat(two.state()).isEqualTo(ProcessState.RUNNING);
      assertThat(identity(two, "web")).isEqualTo(identity(one, "web"));
      assertThat(identity(two, "web-1")).isEqualTo(identity(one, "web"));
      Path directory = one.process("web").directory();
      assertThat(directory.resolve("out.log")).hasContent("hello");
      ServiceStatus again = supervisor.update(shop(1)).get(20, SECONDS);
      assertThat(identity(again, "web")).isEqualTo(identity(one, "web"));
      ServiceStatus stopped = supervisor.stop("shop", "web-1").get(20, SECONDS);
      assertThat(stopped.state()).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void firstReplicaKeepsItsProcessWhenOthersAreRemoved() throws Exception {
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(shop(3));
      ServiceStatus three = supervisor.start("shop").get(20, SECONDS);
      ServiceStatus one = supervisor.update(shop(1)).get(20, SECONDS);
      assertThat(names(one)).containsExactly("web-1");
      assertThat(identity(one, "web")).isEqualTo(identity(three, "web-1"));
      assertThat(MarkedProcesses.aliveUnder(services())).hasSize(1);
      assertThat(supervisor.restart("shop", "web").get(20, SECONDS).state())
          .isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void nextSupervisorEndsSurplusReplicas() throws Exception {
    startAndDetach(3);
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(shop(2));
      assertThat(names(supervisor.status("shop"))).containsExactly("web-1", "web-2");
      assertThat(supervisor.status("shop").state()).isEqualTo(ProcessState.RUNNING);
      assertThat(MarkedProcesses.aliveUnder(services())).hasSize(2);
      assertThat(supervisor.orphans()).isEmpty();
      ServiceStatus ignored = supervisor.remove("shop").get(20, SECONDS);
      assertThat(services()).isDirectoryNotContaining(Files::isDirectory);
    }
  }

  @Test
  void nextSupervisorAdoptsOnlyReplicaAsFirstOfTwo() throws Exception {
    startAndDetach(1);
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(shop(2));
      assertThat(names(supervisor.status("shop"))).containsExactly("web", "web-2");
      assertThat(supervisor.status("shop").process("web").state()).isEqualTo(ProcessState.RUNNING);
      ServiceStatus ignored = supervisor.stop("shop").get(20, SECONDS);
      assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
    }
  }

  @Test
  void nextSupervisorAdoptsFirstReplicaAsOnlyOne() throws Exception {
    startAndDetach(2);
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(shop(1));
      assertThat(names(supervisor.status("shop"))).containsExactly("web-1");
      assertThat(supervisor.status("shop").state()).isEqualTo(ProcessState.RUNNING);
      assertThat(MarkedProcesses.aliveUnder(services())).hasSize(1);
    }
  }

  @Test
  void nextSupervisorEndsProcessThatLeftItsSpec() throws Exception {
    startAndDetach(1);
    try (Supervisor supervisor = newSupervisor()) {
      supervisor.add(
          ServiceSpec.named("shop").process(ProcessSpec.shell("mail", "exec sleep 600")).build());
      assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
    }
  }

  @Test
  void orphanIsEndedOnRequest() throws Exception {
    startAndDetach(1);
    try (Supervisor supervisor = newSupervisor()) {
      OrphanProcess orphan = supervisor.orphans().get(0);
      assertThat(supervisor.stopOrphan(orphan).get(20, SECONDS)).isNull();
      assertThat(supervisor.orphans()).isEmpty();
      assertThat(MarkedProcesses.aliveUnder(services())).isEmpty();
      assertThat(orphan.directory()).doesNotExist();
    }
  }

  @Test
  void orphanThatWasAdoptedIsNotEnded() throws Exception {
    startAndDetach(1);
    try (Supervisor supervisor = newSupervisor()) {
      OrphanProcess orphan = supervisor.orphans().get(0);
      supervisor.add(shop(1));
      assertThatThrownBy(() -> supervisor.stopOrphan(orphan))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stop the service");
      assertThat(supervisor.status("shop").state()).isEqualTo(ProcessState.RUNNING);
    }
  }
}
