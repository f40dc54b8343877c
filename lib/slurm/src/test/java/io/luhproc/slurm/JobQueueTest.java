package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.slurm.JobQueue.Marked;
import io.luhproc.slurm.SlurmJob.Exit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows as squeue and sacct of Slurm 22.05 print them, and rows that are made to look like them. */
final class JobQueueTest {
  private static final String END = "|separator|";

  private static List<Marked> parse(String rows) {
    return JobQueue.parse(rows.replace("@", END), END);
  }

  @Test
  void jobsAreReadFromRows() {
    List<Marked> jobs =
        parse(
            """
            7@COMPLETED@None@0@1795925792@1795925792@n1@(null)@
            2@FAILED@JobLaunchFailure@9@1795925792@1795925793@n1@luhproc:1:indexer-a:0f@
            4@FAILED@NonZeroExitCode@768@1795925792@1795925792@n1@luhproc:1:indexer-b:0e@
            6@PENDING@PartitionDown@0@N/A@N/A@@luhproc:1:indexer-c:0d@
            """);

    assertThat(jobs)
        .extracting(Marked::name)
        .containsExactly("indexer-a", "indexer-b", "indexer-c");
    assertThat(jobs).extracting(Marked::run).containsExactly("0f", "0e", "0d");
    assertThat(jobs.get(0).job())
        .isEqualTo(
            new SlurmJob(
                2,
                "FAILED",
                Optional.of("JobLaunchFailure"),
                new Exit(0, 9),
                Optional.of(Instant.ofEpochSecond(1795925792)),
                Optional.of(Instant.ofEpochSecond(1795925793)),
                Optional.of("n1")));
    assertThat(jobs.get(1).job().exit()).isEqualTo(new Exit(3, 0));
    assertThat(jobs.get(2).job().started()).isEmpty();
    assertThat(jobs.get(2).job().isLiving()).isTrue();
  }

  @Test
  void commentsOfOtherJobsForgeNoRow() {
    String forged = "x\n9|RUNNING|None|0|1|2|n1|luhproc:1:indexer-a:0f|";

    assertThat(parse("7@RUNNING@None@0@1@2@n1@" + forged + "@\n")).isEmpty();
    assertThat(parse("7@RUNNING@None@0@1@2@n1@luhproc:1:indexer-a:0f\n@\n")).isEmpty();
    assertThat(parse("7@RUNNING@None@0@1@2@n1@luhproc:1:../../x:0f@\n")).isEmpty();
    assertThat(parse("7@RUNNING@None@0@1@2@n1@luhproc:2:indexer-a:0f@\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7@RUNNING@None@0@1@2@n1@luhproc:1:a:0f",
        "7@RUNNING@None@0@1@2@n1@luhproc:1:a:0f@\n8@",
        "slurm_load_jobs error",
        "x@RUNNING@None@0@1@2@n1@luhproc:1:a:0f@",
        "7@Running wild@None@0@1@2@n1@luhproc:1:a:0f@"
      })
  void outputThatIsNotUnderstoodIsNoAnswer(String rows) {
    assertThatThrownBy(() -> parse(rows)).isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void noOutputMeansNoJobs() {
    assertThat(parse("")).isEmpty();
    assertThat(parse("\n")).isEmpty();
  }

  @Test
  void accountingSkipsStepsAndOtherJobs() {
    String rows =
        """
        17|CANCELLED by 1000|None|0:15|1795925792|1795925799|n1|indexer-a
        17.batch|CANCELLED|None|0:15|1795925792|1795925799|n1|batch
        18|COMPLETED|None|0:0|1795925792|1795925799|n1|evil|name
        """;

    assertThat(JobQueue.parseAccounting(rows, Map.of(17L, "indexer-a", 18L, "indexer-b")))
        .singleElement()
        .satisfies(
            job -> {
              assertThat(job.state()).isEqualTo("CANCELLED");
              assertThat(job.exit()).isEqualTo(new Exit(0, 15));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,STARTING",
    "CONFIGURING,STARTING",
    "RUNNING,RUNNING",
    "SUSPENDED,RUNNING",
    "COMPLETING,STOPPING",
    "COMPLETED,ENDED",
    "FAILED,ENDED",
    "CANCELLED,ENDED",
    "TIMEOUT,ENDED",
    "OUT_OF_MEMORY,ENDED",
    "NODE_FAIL,ENDED",
    "PREEMPTED,ENDED",
    "NEW_STATE,LOST"
  })
  void statesArePhases(String state, Phase phase) {
    assertThat(JobState.phase(state)).isEqualTo(phase);
  }

  @Test
  void factsAreReadFromConfiguration() {
    String config =
        """
        Configuration data as of 2026-11-29T04:17:11
        AccountingStorageType   = accounting_storage/slurmdbd
        ClusterName             = luhproc
        ProctrackType           = proctrack/cgroup
        """;

    assertThat(ClusterFacts.parse(config)).isEqualTo(new ClusterFacts("luhproc", false, true));
    assertThat(ClusterFacts.parse("ProctrackType = proctrack/linuxproc"))
        .isEqualTo(new ClusterFacts("", true, false));
  }
}
