package io.luhproc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.kubernetes.json.Json;
import io.luhproc.process.Signal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test for each row of the table of states. */
class JobStatusTest {
  private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");
  private static final String UID = "53b33506-873a-401d-847f-2ac248d7e395";
  private static final Json NO_POD = new Json(null);
  private static final String DELETED = "'deletionTimestamp':'2026-11-20T13:59:50Z',";
  private static final String SCHEDULED = "{'type':'PodScheduled','status':'True'}";
  private static final String READY =
      "{'type':'Ready','status':'True'},{'type':'ContainersReady','status':'True'}";

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Json job(String metadata, String status) {
    return json(
        ("{'metadata':{'name':'idx-1','uid':'%s','creationTimestamp':'2026-11-20T13:39:01Z',%s"
                + "'annotations':{'luhproc.io/task':'INDEXER','luhproc.io/id':'main',"
                + "'luhproc.io/token':'t1','luhproc.io/start-deadline':'2026-11-20T14:30:00Z'}},"
                + "'status':{%s}}")
            .formatted(UID, metadata, status));
  }

  private static Json activeJob() {
    return job("", "'active':1");
  }

  private static Json failedJob() {
    return job(
        "",
        "'conditions':[{'type':'Failed','status':'True','reason':'BackoffLimitExceeded',"
            + "'message':'Job has reached the specified backoff limit',"
            + "'lastTransitionTime':'2026-11-20T13:39:17Z'}]");
  }

  private static Json pod(String metadata, String phase, String conditions, String state) {
    return json(
        ("{'metadata':{'name':'idx-1-74vbj',%s'creationTimestamp':'2026-11-20T13:39:01Z',"
                + "'ownerReferences':[{'kind':'Job','uid':'%s'}]},'spec':{'nodeName':'node1'},"
                + "'status':{'phase':'%s','conditions':[%s],"
                + "'containerStatuses':[{'name':'proxy','state':{'running':{}}},"
                + "{'name':'worker','state':{%s}}]}}")
            .formatted(metadata, UID, phase, conditions, state));
  }

  private static Json runningPod(String metadata, String conditions) {
    return pod(metadata, "Running", conditions, "'running':{'startedAt':'2026-11-20T13:39:02Z'}");
  }

  private static Json endedPod(int code, String reason) {
    return pod(
        "",
        code == 0 ? "Succeeded" : "Failed",
        SCHEDULED,
        ("'terminated':{'exitCode':%d,'reason':'%s','startedAt':'2026-11-20T13:39:02Z',"
                + "'finishedAt':'2026-11-20T13:59:55Z'}")
            .formatted(code, reason));
  }

  private static WorkerStatus read(Json job, Json pod) {
    return new JobStatus(job, pod, NOW).read();
  }

  private static WorkerEnd end(Json job, Json pod) {
    WorkerStatus status = read(job, pod);
    assertThat(status.phase()).isEqualTo(Phase.ENDED);
    return status.end().orElseThrow();
  }

  @Test
  void identityIsReadFromJob() {
    WorkerStatus status = read(activeJob(), runningPod("", READY));
    assertThat(status.key().task()).isEqualTo("INDEXER");
    assertThat(status.key().id()).isEqualTo("main");
    assertThat(status.key().app()).isEmpty();
    assertThat(status.incarnation()).isEqualTo(UID);
    assertThat(status.token()).isEqualTo("t1");
    assertThat(status.created()).isEqualTo("2026-11-20T13:39:01Z");
    assertThat(status.where()).hasValue("pod idx-1-74vbj on node1");
  }

  @Test
  void jobOfAnotherProgramIsRefused() {
    Json foreign = json("{'metadata':{'name':'backup','uid':'1'}}");
    assertThatThrownBy(() -> read(foreign, NO_POD))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageStartingWith("cannot use job backup: it is not that of a worker; ");
  }

  @Test
  void workerWithoutPodIsStarting() {
    WorkerStatus status = read(activeJob(), NO_POD);
    assertThat(status.phase()).isEqualTo(Phase.STARTING);
    assertThat(status.where()).isEmpty();
    assertThat(status.started()).isEmpty();
  }

  @Test
  void unschedulablePodIsStartingWithReason() {
    Json pod =
        json(
            "{'metadata':{'name':'p'},'status':{'phase':'Pending','conditions':["
                + "{'type':'PodScheduled','status':'False','reason':'Unschedulable',"
                + "'message':'0/1 nodes are available: 1 Insufficient cpu.'}]}}");
    WorkerStatus status = read(activeJob(), pod);
    assertThat(status.phase()).isEqualTo(Phase.STARTING);
    assertThat(status.detail())
        .hasValue("Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
    assertThat(status.where()).hasValue("pod p");
  }

  @Test
  void podWithoutImageIsStartingWithReasonAlthoughJobIsActive() {
    WorkerStatus status = read(activeJob(), Transcript.read("pod-noimg").item());
    assertThat(status.phase()).isEqualTo(Phase.STARTING);
    assertThat(status.detail())
        .hasValue(
            "ErrImageNeverPull: Container image \"docker.io/probe/none:1\" is not present with pull"
                + " policy of Never");
  }

  @Test
  void longReasonIsCut() {
    String state = "'waiting':{'reason':'ErrImagePull','message':'" + "x".repeat(9000) + "'}";
    Json pod = pod("", "Pending", SCHEDULED, state);
    assertThat(read(activeJob(), pod).detail().orElseThrow()).hasSize(501).endsWith("x…");
  }

  @Test
  void podWhoseContainerIsCreatedIsStarting() {
    WorkerStatus status = read(activeJob(), Transcript.read("pod-pending").item());
    assertThat(status.phase()).isEqualTo(Phase.STARTING);
    assertThat(status.detail()).hasValue("ContainerCreating");
  }

  @Test
  void podWhoseContainerRunsIsRunning() {
    WorkerStatus status = read(activeJob(), Transcript.read("pod-running").item());
    assertThat(status.phase()).isEqualTo(Phase.RUNNING);
    assertThat(status.started()).hasValue(Instant.parse("2026-11-20T13:39:02Z"));
  }

  @Test
  void commandThatDoesNotExistIsFailureToStart() {
    Json pod =
        pod(
            "",
            "Failed",
            SCHEDULED,
            "'terminated':{'exitCode':128,'reason':'StartError','message':'exec: no such file',"
                + "'startedAt':'1970-01-01T00:00:00Z','finishedAt':'2026-11-20T13:39:16Z'}");
    WorkerStatus status = read(failedJob(), pod);
    assertThat(status.started()).isEmpty();
    WorkerEnd end = status.end().orElseThrow();
    assertThat(end.kind()).isEqualTo(Kind.START_FAILED);
    assertThat(end.process().exitCode()).hasValue(128);
    assertThat(end.process().reason())
        .isEqualTo("cannot be started: StartError: exec: no such file");
  }

  @Test
  void exitWithCode0IsEnd() {
    WorkerEnd end = end(activeJob(), Transcript.read("pod-ok").item());
    assertThat(end.kind()).isEqualTo(Kind.EXITED);
    assertThat(end.process().exitCode()).hasValue(0);
    assertThat(end.process().time()).isEqualTo("2026-11-20T13:39:16Z");
  }

  @Test
  void exitWithCode7IsEnd() {
    WorkerEnd end = end(failedJob(), Transcript.read("pod-bad").item());
    assertThat(end.kind()).isEqualTo(Kind.EXITED);
    assertThat(end.process().exitCode()).hasValue(7);
    assertThat(end.process().reason()).isEqualTo("exited with code 7");
  }

  @Test
  void killForMemoryIsOutOfMemory() {
    WorkerEnd end = end(failedJob(), endedPod(137, "OOMKilled"));
    assertThat(end.kind()).isEqualTo(Kind.OUT_OF_MEMORY);
    assertThat(end.process().exitCode()).hasValue(137);
    assertThat(end.process().signal()).hasValue(Signal.KILL);
  }

  @Test
  void killByAnotherProcessIsEndBySignal() {
    WorkerEnd end = end(failedJob(), endedPod(137, "Error"));
    assertThat(end.kind()).isEqualTo(Kind.EXITED);
    assertThat(end.process().reason()).isEqualTo("killed by SIGKILL");
  }

  @Test
  void heapThatIsFullIsExitWithCode1() {
    assertThat(end(failedJob(), endedPod(1, "Error")).kind()).isEqualTo(Kind.EXITED);
  }

  @Test
  void terminationWithoutOurStopIsNoStop() {
    WorkerEnd end = end(failedJob(), endedPod(143, "Error"));
    assertThat(end.kind()).isEqualTo(Kind.EXITED);
    assertThat(end.process().signal()).hasValue(Signal.TERM);
  }

  @Test
  void terminationAfterOurStopIsStop() {
    WorkerEnd end = end(job(DELETED, "'active':1"), endedPod(143, "Error"));
    assertThat(end.kind()).isEqualTo(Kind.STOPPED);
    assertThat(end.process().exitCode()).hasValue(143);
  }

  @Test
  void endBeforeStopIsNoStop() {
    String later = "'deletionTimestamp':'2026-11-20T13:59:56Z',";
    assertThat(end(job(later, ""), endedPod(0, "Completed")).kind()).isEqualTo(Kind.EXITED);
  }

  @Test
  void runningWorkerOfDeletedJobIsStopping() {
    WorkerStatus status = read(job(DELETED, "'active':1"), runningPod("", READY));
    assertThat(status.phase()).isEqualTo(Phase.STOPPING);
  }

  @Test
  void pendingWorkerOfDeletedJobIsStopping() {
    Json pod = Transcript.read("pod-pending").item();
    assertThat(read(job(DELETED, "'active':1"), pod).phase()).isEqualTo(Phase.STOPPING);
    assertThat(read(job(DELETED, "'active':1"), NO_POD).phase()).isEqualTo(Phase.STOPPING);
  }

  @Test
  void podThatIsDeletedByAnotherProgramIsStopping() {
    WorkerStatus status = read(activeJob(), runningPod(DELETED, READY));
    assertThat(status.phase()).isEqualTo(Phase.STOPPING);
  }

  @Test
  void podOnDeadNodeIsLost() {
    String notReady =
        "{'type':'Ready','status':'False'},{'type':'ContainersReady','status':'True'}";
    WorkerStatus status = read(activeJob(), runningPod("", notReady));
    assertThat(status.phase()).isEqualTo(Phase.LOST);
    assertThat(status.detail().orElseThrow()).startsWith("node node1 does not report; ");
  }

  @Test
  void podThatOlderServersCallLostIsLost() {
    Json unknown = pod("", "Unknown", READY, "'running':{}");
    assertThat(read(activeJob(), unknown).phase()).isEqualTo(Phase.LOST);
  }

  @Test
  void deletedPodThatRunsOnForTooLongIsLost() {
    String longAgo = "'deletionTimestamp':'2026-11-20T13:58:59Z',";
    assertThat(read(job(DELETED, ""), runningPod(longAgo, READY)).phase()).isEqualTo(Phase.LOST);
    String recently = "'deletionTimestamp':'2026-11-20T13:59:01Z',";
    WorkerStatus status = read(job(DELETED, ""), runningPod(recently, READY));
    assertThat(status.phase()).isEqualTo(Phase.STOPPING);
  }

  @Test
  void evictedPodHasUnknownEndWithReason() {
    Json pod =
        json(
            "{'metadata':{'name':'p'},'status':{'phase':'Failed','reason':'Evicted',"
                + "'message':'The node was low on resource: memory.'}}");
    WorkerEnd end = end(failedJob(), pod);
    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(end.process().exitCode()).isEmpty();
    assertThat(end.process().reason())
        .isEqualTo("exit code unknown: Evicted: The node was low on resource: memory.");
    assertThat(end(failedJob(), pod)).as("the same at every call").isEqualTo(end);
  }

  @Test
  void failedJobWithoutPodHasUnknownEnd() {
    WorkerEnd end = end(failedJob(), NO_POD);
    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
    assertThat(end.process().exitCode()).isEmpty();
    assertThat(end.process().reason()).startsWith("exit code unknown: BackoffLimitExceeded: ");
    assertThat(end.process().time()).isEqualTo("2026-11-20T13:39:17Z");
  }

  @Test
  void completeJobWithoutPodHasEndedWithCode0() {
    Json job = job("", "'conditions':[{'type':'Complete','status':'True'}],'succeeded':1");
    assertThat(end(job, NO_POD).process().exitCode()).hasValue(0);
  }

  @Test
  void stoppedJobWhosePodIsGoneFirstIsStopped() {
    String at = "'status':'True','lastTransitionTime':'2026-11-20T13:59:58Z'";
    WorkerEnd failed =
        end(job(DELETED, "'conditions':[{'type':'Failed',%s}]".formatted(at)), NO_POD);
    assertThat(failed.kind()).isEqualTo(Kind.STOPPED);
    assertThat(failed.process().exitCode()).isEmpty();
    WorkerEnd complete =
        end(job(DELETED, "'conditions':[{'type':'Complete',%s}]".formatted(at)), NO_POD);
    assertThat(complete.kind()).isEqualTo(Kind.STOPPED);
    assertThat(complete.process().exitCode()).hasValue(0);
  }

  @Test
  void endOfDeletedPodIsStopAlthoughItsJobIsNotKnownToBeDeleted() {
    String state =
        "'terminated':{'exitCode':143,'reason':'Error','startedAt':'2026-11-20T13:39:02Z',"
            + "'finishedAt':'2026-11-20T13:59:55Z'}";
    String deletion = "'deletionTimestamp':'%s','deletionGracePeriodSeconds':5,";
    Json stopped = pod(deletion.formatted("2026-11-20T13:59:59Z"), "Failed", SCHEDULED, state);
    assertThat(end(job("", "'active':1"), stopped).kind()).isEqualTo(Kind.STOPPED);
    Json before = pod(deletion.formatted("2026-11-20T14:00:01Z"), "Failed", SCHEDULED, state);
    assertThat(end(job("", "'active':1"), before).kind()).isEqualTo(Kind.EXITED);
  }

  @Test
  void jobThatFailedBeforeItsStopIsNotStopped() {
    String later = "'deletionTimestamp':'2026-11-20T13:59:56Z',";
    String failed =
        "'conditions':[{'type':'Failed','status':'True',"
            + "'lastTransitionTime':'2026-11-20T13:39:17Z'}]";
    assertThat(end(job(later, failed), NO_POD).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void workerEndsAlthoughItsSidecarRunsOn() {
    Json pod =
        pod(
            "",
            "Running",
            SCHEDULED,
            "'terminated':{'exitCode':0,'reason':'Completed','finishedAt':'2026-11-20T13:39:16Z'}");
    assertThat(end(activeJob(), pod).process().exitCode()).hasValue(0);
  }

  @Test
  void containerThatKubeletHasForgottenHasUnknownEnd() {
    WorkerEnd end = end(failedJob(), endedPod(137, "ContainerStatusUnknown"));
    assertThat(end.kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void workerThatWaitsForTooLongHasFailedToStart() {
    Json pod = Transcript.read("pod-noimg").item();
    JobStatus late = new JobStatus(activeJob(), pod, Instant.parse("2026-11-20T14:30:00Z"));
    WorkerEnd end = late.read().end().orElseThrow();
    assertThat(end.kind()).isEqualTo(Kind.START_FAILED);
    assertThat(end.process().time()).isEqualTo("2026-11-20T14:30:00Z");
    assertThat(end.process().reason()).startsWith("not started in time: ErrImageNeverPull: ");
    assertThat(late.mustBeRemoved()).isTrue();
    assertThat(new JobStatus(activeJob(), pod, NOW).mustBeRemoved()).isFalse();
    assertThat(new JobStatus(activeJob(), pod, NOW).nextChange())
        .hasValue(Instant.parse("2026-11-20T14:30:00Z"));
  }

  @Test
  void workerThatHasRunIsNeverRemovedForItsStart() {
    Instant late = Instant.parse("2026-11-21T00:00:00Z");
    for (Json pod :
        List.of(
            runningPod("", READY),
            endedPod(0, "Completed"),
            endedPod(128, "StartError"),
            pod("", "Unknown", READY, ""))) {
      assertThat(new JobStatus(activeJob(), pod, late).mustBeRemoved()).isFalse();
    }
    assertThat(new JobStatus(failedJob(), NO_POD, late).mustBeRemoved()).isFalse();
  }

  @Test
  void newestPodOfJobIsPreferred() {
    Json job = activeJob();
    Json old = runningPod(DELETED, READY);
    Json foreign =
        json("{'metadata':{'name':'x','ownerReferences':[{'kind':'Job','uid':'other'}]}}");
    Json young = runningPod("'labels':{},", READY);
    assertThat(JobStatus.podOf(job, List.of(old, foreign, young))).isEqualTo(young);
    assertThat(JobStatus.podOf(job, List.of(foreign)).isMissing()).isTrue();
  }
}
