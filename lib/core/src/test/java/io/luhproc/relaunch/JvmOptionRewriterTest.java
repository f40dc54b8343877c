package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which JVM options are kept, dropped or rewritten. */
final class JvmOptionRewriterTest {
  private final JvmOptionRewriter rewriter =
      new JvmOptionRewriter(new PathResolver("/cwd"), "/worker");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5005",
        "-agentpath:/jdk/lib/libjdwp.so=transport=dt_socket",
        "-Xrunjdwp:transport=dt_socket",
        "-Xdebug",
        "-Xnoagent",
        "-javaagent:/idea/lib/idea_rt.jar=12345:/idea/bin",
        "-javaagent:/idea/plugins/debugger-agent.jar",
        "-Dcom.sun.management.jmxremote",
        "-Dcom.sun.management.jmxremote.port=9010",
        "-Dcom.sun.management.config.file=x",
        "-XX:StartFlightRecording",
        "-XX:StartFlightRecording:filename=x.jfr",
        "-XX:StartFlightRecording=duration=1m",
        "-XX:FlightRecorderOptions=repository=/x",
        "-Xloggc:gc.log",
        "-Xlog:gc:gc.log",
        "-Xlog:gc*:file=gc.log:time:filecount=5",
        "-Xlog::file=all.log",
        "-Xlog:gc:file=\"a:b\"",
        "-XX:LogFile=vm.log",
        "-XX:+LogVMOutput",
        "-XX:ArchiveClassesAtExit=a.jsa",
        "-XX:AOTCacheOutput=a.aot",
        "-XX:AOTMode=record",
        "-XX:AOTConfiguration=a.conf",
      })
  void unshareableOptionIsDropped(String option) {
    assertThat(rewriter.rewrite(option)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xmx64m",
        "-Xlog",
        "-Xlog:gc",
        "-Xlog:gc:",
        "-Xlog:gc:stdout",
        "-Xlog:gc:stderr:uptime",
        "-Xlog:disable",
        "-Xlog:async",
        "-verbose:gc",
        "-Dapp.port=1",
        "-Dcom.sun.managementx=1",
        "-agentlib:hprof",
        "-javaagent:/opt/agent.jar=a=b",
        "-XX:+UseSerialGC",
        "-XX:+HeapDumpOnOutOfMemoryError",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "--patch-module=broken",
      })
  void otherOptionIsKept(String option) {
    assertThat(rewriter.rewrite(option)).isEqualTo(option);
  }

  @Test
  void optionsOfLauncherScriptAreDropped() {
    assertThat(
            rewriter.rewrite(
                List.of("-XX:TieredStopAtLevel=1", "-Dluhproc.launcher=app", "-Xmx64m", "-Da=b")))
        .containsExactly("-Xmx64m", "-Da=b");
    assertThat(rewriter.rewrite(List.of("-Xmx64m", "-Dluhproc.launcher=app"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--class-path=a:/b:lib/*:         | --class-path=/cwd/a:/b:/cwd/lib/*:/cwd",
        "--class-path=                    | --class-path=/cwd",
        "--class-path=.                   | --class-path=/cwd",
        "--class-path=:a                  | --class-path=/cwd:/cwd/a",
        "--class-path=../a::b             | --class-path=/cwd/../a:/cwd:/cwd/b",
        "--module-path=mods               | --module-path=/cwd/mods",
        "--upgrade-module-path=mods       | --upgrade-module-path=/cwd/mods",
        "--patch-module=m=a:/b            | --patch-module=m=/cwd/a:/b",
        "-javaagent:a.jar                 | -javaagent:/cwd/a.jar",
        "-javaagent:a.jar=x=y             | -javaagent:/cwd/a.jar=x=y",
        "-agentpath:a.so=x                | -agentpath:/cwd/a.so=x",
        "-Xbootclasspath/a:a.jar:b.jar    | -Xbootclasspath/a:/cwd/a.jar:/cwd/b.jar",
        "-XX:SharedArchiveFile=a.jsa:/b   | -XX:SharedArchiveFile=/cwd/a.jsa:/b",
        "-XX:AOTCache=a                   | -XX:AOTCache=/cwd/a",
        "-XX:Flags=a                      | -XX:Flags=/cwd/a",
        "-XX:VMOptionsFile=a              | -XX:VMOptionsFile=/cwd/a",
        "-Djava.library.path=a:b          | -Djava.library.path=/cwd/a:/cwd/b",
        "-Djava.io.tmpdir=tmp             | -Djava.io.tmpdir=/cwd/tmp",
        "-splash:a.png                    | -splash:/cwd/a.png",
      })
  void relativePathsBecomeAbsolute(String option, String expected) {
    assertThat(rewriter.rewrite(option)).isEqualTo(expected);
  }

  @Test
  void dumpFilesGoToWorkerDirectory() {
    assertThat(
            rewriter.rewrite(List.of("-XX:HeapDumpPath=/var/dump.hprof", "-XX:ErrorFile=/var/err")))
        .containsExactly("-XX:HeapDumpPath=/worker", "-XX:ErrorFile=/worker/hs_err_pid%p.log");
  }

  @Test
  void autoCreatedArchiveIsDropped() {
    assertThat(rewriter.rewrite(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=a")))
        .isEmpty();
  }

  @Test
  void archiveOfThisWorkerIsNotInheritedByItsWorkers() {
    String own = "-XX:SharedArchiveFile=/home/u/.cache/luhproc/archives/0123456789abcdef.9.jsa";
    assertThat(rewriter.rewrite(List.of(own, "-Xlog:cds*=off"))).containsExactly("-Xlog:cds*=off");
  }

  @Test
  void fileOfOptionsIsReplacedByContentWhenItContainsUnshareableOption(@TempDir Path folder)
      throws IOException {
    Path options = folder.resolve("options");
    Files.writeString(options, "-Da='b c'\n-agentlib:jdwp=address=5005\n-javaagent:a.jar=1");
    Path flags = folder.resolve("flags");
    Files.writeString(flags, "# a comment\n+UseSerialGC # more\n  LogFile=vm.log");
    assertThat(rewriter.rewrite(List.of("-ea", "-XX:VMOptionsFile=" + options, "-Xmx1g")))
        .containsExactly("-ea", "-Da=b c", "-javaagent:/cwd/a.jar=1", "-Xmx1g");
    assertThat(rewriter.rewrite(List.of("-XX:Flags=" + flags, "-ea")))
        .containsExactly("-XX:+UseSerialGC", "-ea");
  }

  @Test
  void fileOfOptionsIsKeptWhenAllAreShareable(@TempDir Path folder) throws IOException {
    Path options = folder.resolve("options");
    Files.writeString(options, "-Da='b c'\n-javaagent:/a.jar=1");
    List<String> given = List.of("-XX:VMOptionsFile=" + options, "-XX:Flags=/missing");
    assertThat(rewriter.rewrite(given)).isEqualTo(given);
    OptionChanges changes = new OptionChanges(List.of(), List.of("-javaagent:"));
    assertThat(
            new JvmOptionRewriter(new PathResolver("/cwd"), "/worker", changes)
                .rewrite(List.of("-javaagent:/b.jar", "-XX:VMOptionsFile=" + options)))
        .containsExactly("-Da=b c");
  }

  @Test
  void optionsKeepTheirOrder() {
    assertThat(rewriter.rewrite(List.of("-Xmx1g", "-Xdebug", "-ea", "-Xmx2g")))
        .containsExactly("-Xmx1g", "-ea", "-Xmx2g");
  }
}
