package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.cli.ExitCode;
import io.luhproc.cli.service.ProgramFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("process")
final class InstallProcessTest {
  private static final String VERIFY =
      "XDG_RUNTIME_DIR=$PWD systemd-analyze verify --user $PWD/luhproc-x.service";

  @RegisterExtension final ProgramFixture program = new ProgramFixture();

  private Path unit() {
    return program.home().resolve(".config/systemd/user/luhproc-shop.service");
  }

  @Test
  void unitRunsThisProgramAndIsRemovedOnlyByItsConfiguration() throws Exception {
    program.write("luhproc.toml", "[services.a]\ncommand = \"sleep 60\"\n");

    Result installed = program.run("luhproc install --user");

    assertThat(installed.code()).as(installed.err()).isZero();
    assertThat(installed.out())
        .contains(
            "wrote " + unit(),
            "systemctl --user daemon-reload",
            "systemctl --user enable --now luhproc-shop.service");
    String text = Files.readString(unit());
    assertThat(text)
        .contains("/bin/java\" ", "\"up\" \"--foreground\" \"--file\"", "Type=notify\n")
        .contains("WorkingDirectory=" + program.folder(), "Environment=\"XDG_STATE_HOME=");
    assertThat(program.run("luhproc install --user").code()).isZero();

    Files.writeString(unit(), text.replaceFirst("shop", "other"));
    Result refused = program.run("luhproc install --user; luhproc uninstall --user --now");
    assertThat(refused.err()).contains("it was not made for");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILURE.code());
    assertThat(unit()).exists();
  }

  @Test
  void badConfigurationIsNotInstalled() throws Exception {
    program.write("luhproc.toml", "[services.a]\ncomand = \"sleep 60\"\n");
    Result result = program.run("luhproc install --user");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(unit()).doesNotExist();
    program.write("luhproc.toml", "");
  }

  @Test
  void nowRunsSystemctl() throws Exception {
    program.write("luhproc.toml", "[services.a]\ncommand = \"sleep 60\"\n");
    Result result =
        program.run(
            "systemctl() { echo \"called $*\"; }; export -f systemctl; mkdir bin; printf"
                + " '#!/bin/bash\\n"
                + "systemctl \"$@\"\\n"
                + "' >bin/systemctl; chmod +x bin/systemctl; export PATH=$PWD/bin:$PATH; luhproc"
                + " install --user --now && luhproc uninstall --user --now");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains(
            "called --user daemon-reload\ncalled --user enable --now luhproc-shop.service\n",
            "called --user disable --now luhproc-shop.service\ncalled --user daemon-reload\n");
    assertThat(unit()).doesNotExist();
  }

  @Test
  void launcherScriptReplacesJava() throws Exception {
    program.write("luhproc.toml", "");
    Result result =
        program.run("LUHPROC_LAUNCHER='/opt/my luhproc/bin/luhproc' luhproc install --print");
    assertThat(result.out())
        .contains("\nExecStart=\"/opt/my luhproc/bin/luhproc\" \"up\" \"--foreground\" ");
    assertThat(program.run("LUHPROC_LAUNCHER=luhproc luhproc install --print").err())
        .contains("no absolute path");
  }

  @Test
  void specialCharactersAreEscaped() {
    SystemdUnit unit =
        new SystemdUnit(
            Path.of("/srv/50% \"q\"/luhproc.toml"),
            List.of("/opt/$x/java", "-Dx=$HOME", "a\\b", "50%", "; rm", "'q'"),
            Map.of("PATH", "/a b:/50%:\"\\"));
    assertThat(unit.text())
        .contains(
            "\nExecStart=\"/opt/$x/java\" \"-Dx=$$HOME\" \"a\\\\b\" \"50%%\" \"; rm\" \"'q'\"\n",
            "\nWorkingDirectory=/srv/50%% \"q\"\n", "\nEnvironment=\"PATH=/a b:/50%%:\\\"\\\\\"\n");
  }

  @Test
  void lineFeedsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new SystemdUnit(
                    Path.of("/a\nExecStart=/bin/evil/luhproc.toml"), List.of("/x"), Map.of()));
  }

  @Test
  void systemdAcceptsTheUnit() throws Exception {
    assumeTrue(
        program.run("command -v systemd-analyze").code() == 0, "systemd-analyze is not installed");
    Path folder = program.folder().resolve("50% \"q\" $HOME 'x' ;");
    Files.createDirectories(folder);
    program.write("luhproc.toml", "");
    Path config = folder.resolve("luhproc.toml");
    SystemdUnit unit =
        new SystemdUnit(
            config, List.of("/bin/sh", "-c", "$x %h \" ; \\"), Map.of("PATH", "/a b:50%"));
    Files.writeString(program.folder().resolve("luhproc-x.service"), unit.text());
    Result result = program.run(VERIFY);
    // Other units of the machine may have warnings.
    assertThat(result.err() + result.out()).doesNotContain("luhproc-x.service");
    assertThat(broken(unit)).contains("luhproc-x.service");
  }

  /** Returns what it says of a unit with an error, so that silence means something. */
  private String broken(SystemdUnit unit) throws IOException, InterruptedException {
    Files.writeString(
        program.folder().resolve("luhproc-x.service"), unit.text().replace("=mixed", "=mixd"));
    Result result = program.run(VERIFY);
    return result.err() + result.out();
  }
}
