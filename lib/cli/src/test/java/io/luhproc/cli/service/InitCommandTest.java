package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.ExitCode;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.service.Command;
import io.luhproc.service.ServiceSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class InitCommandTest {
  @TempDir Path folder;

  private record Result(int code, String out, String err) {}

  private static Result init(Object... arguments) {
    String[] words =
        Stream.concat(Stream.of("init"), Stream.of(arguments).map(Object::toString))
            .toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Luhproc.commandLine(words);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return new Result(commandLine.execute(words), out.toString(), err.toString());
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path target() {
    return folder.resolve("luhproc.toml");
  }

  private DaemonConfig load() {
    return ConfigLoader.withEnvironment(Map.of("PORT", "1")).load(target());
  }

  private static Command command(ServiceSpec service) {
    return service.processes().get(0).command();
  }

  @Test
  void configurationOfProcfileLoadsAndNamesItsOrigin() throws IOException {
    Path procfile = write("Procfile", "web: serve -p ${PORT:-3000} \"$HOME\"\nclock: tick\n");

    Result result = init("--from", procfile);

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("wrote " + target() + " from Procfile");
    assertThat(Files.readString(target())).startsWith("# Made by luhproc init from Procfile.\n");
    assertThat(load().services())
        .extracting(InitCommandTest::command)
        .containsExactly(
            new Command.Shell("serve -p ${PORT:-3000} \"$HOME\""), new Command.Shell("tick"));
  }

  @Test
  void fileIsReadableByAllAndNoTemporaryFileRemains() throws IOException {
    assertThat(init("--from", write("Procfile", "web: serve\n")).code()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target())))
        .isEqualTo("rw-r--r--");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(it -> it.getFileName().toString()))
          .containsExactlyInAnyOrder("Procfile", "luhproc.toml");
    }
  }

  @Test
  void existingFileIsReplacedOnlyByForce() throws IOException {
    Path procfile = write("Procfile", "web: serve\n");
    write("luhproc.toml", "# mine\n");

    Result refused = init("--from", procfile);

    assertThat(refused.code()).isEqualTo(ExitCode.FAILURE.code());
    assertThat(refused.err()).contains("it exists; --force replaces it");
    assertThat(Files.readString(target())).isEqualTo("# mine\n");
    assertThat(init("--from", procfile, "--force").code()).isZero();
    assertThat(load().services()).hasSize(1);
  }

  @Test
  void danglingLinkIsNotFollowed() throws IOException {
    Path procfile = write("Procfile", "web: serve\n");
    Path elsewhere = folder.resolve("elsewhere");
    Files.createSymbolicLink(target(), elsewhere);

    assertThat(init("--from", procfile).code()).isEqualTo(ExitCode.FAILURE.code());
    assertThat(init("--from", procfile, "--force").code()).isZero();
    assertThat(elsewhere).doesNotExist();
    assertThat(target()).isRegularFile();
  }

  @Test
  void privateSourceMakesPrivateFileAndCopiedValuesAreMentioned() throws IOException {
    Path source =
        write(
            "process-compose.yaml",
            "processes: { web: { command: serve, environment: ['PASSWORD=opensesame'] } }");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r-----"));

    Result result = init("--from", source);

    assertThat(result.err()).contains("copied from process-compose.yaml", "secrets");
    assertThat(result.out() + result.err()).doesNotContain("opensesame");
    assertThat(Files.readString(target())).contains("# Note: the values of environment");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target())))
        .isEqualTo("rw-------");
  }

  @Test
  void unsupportedKeysBecomeCommentsWhateverTheyContain() throws IOException {
    Path source =
        write(
            "process-compose.yaml",
            "log_level: debug\n\"a\\n[services.evil]\\ncommand = 'x'\": 1\n"
                + "processes: { web: { command: serve } }");

    Result result = init("--from", source);

    assertThat(result.err()).contains("process-compose.yaml:1:1: key log_level");
    assertThat(Files.readString(target()))
        .contains("# Note: process-compose.yaml:1:1: key log_level");
    assertThat(load().services()).extracting(ServiceSpec::name).containsExactly("web");
  }

  @Test
  void scriptsThatKeepRunningBecomeServices() throws IOException {
    Path source =
        write(
            "package.json",
            """
            { "name": "@acme/shop", "scripts": { "build": "tsc", "prestart": "x",
              "start": "node .", "dev": "nodemon", "worker:mail": "node mail", "test": "jest" } }
            """);
    write("pnpm-lock.yaml", "");

    Result result = init("--from", source);

    assertThat(result.err()).contains("scripts that are not taken over: build, test");
    List<ServiceSpec> services = load().services();
    assertThat(services)
        .extracting(ServiceSpec::name)
        .containsExactly("shop", "dev", "worker-mail");
    assertThat(services).extracting(ServiceSpec::autostart).containsExactly(true, false, true);
    assertThat(command(services.get(2)))
        .isEqualTo(new Command.Program(List.of("pnpm", "run", "worker:mail")));
  }

  @Test
  void hostileScriptNamesAreQuoted() throws IOException {
    Path source =
        write(
            "package.json",
            "{ \"scripts\": { \"worker:\\\"]\\n[services.evil]\\u0001${HOME}\": \"x\","
                + " \"a\\nb\": \"x\" } }");

    assertThat(init("--from", source).code()).isZero();

    assertThat(load().services()).hasSize(1);
    assertThat(command(load().services().get(0)))
        .isEqualTo(
            new Command.Program(List.of("npm", "run", "worker:\"]\n[services.evil]\u0001${HOME}")));
  }

  @Test
  void brokenPackageFilesAreRefused() throws IOException {
    for (String text : List.of("", "[]", "{", "[".repeat(100_000), "\u0000")) {
      Result result = init("--from", write("package.json", text));
      assertThat(result.code()).isEqualTo(ExitCode.FAILURE.code());
      assertThat(result.err()).contains("cannot read " + folder.resolve("package.json"));
      assertThat(target()).doesNotExist();
    }
  }

  @Test
  void jarIsRunByJavaAndCheckedOnlyIfAsked() throws IOException {
    Path jar = folder.resolve("target/shop-1.2.jar");
    Files.createDirectories(jar.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Main");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();

    assertThat(init("--from", jar, "-o", target()).code()).isZero();

    ServiceSpec service = load().services().get(0);
    assertThat(service.name()).isEqualTo("shop");
    assertThat(command(service))
        .isEqualTo(new Command.Program(List.of("java", "-jar", "target/shop-1.2.jar")));
    assertThat(service.processes().get(0).health()).isEmpty();
    assertThat(RunnableJar.find(folder)).contains(jar);
    Result checked =
        init("--from", jar, "-o", target(), "--force", "--health-url", "http://localhost:1/up");
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(load().services().get(0).processes().get(0).health()).isPresent();
  }

  @Test
  void jarWithoutMainClassIsRefused() throws IOException {
    Path jar = folder.resolve("library.jar");
    new JarOutputStream(Files.newOutputStream(jar)).close();
    assertThat(init("--from", jar, "-o", target()).err()).contains("no jar with a Main-Class");
    assertThat(RunnableJar.find(folder)).isEmpty();
  }

  @Test
  void exampleLoadsWithAndWithoutItsComments() throws IOException {
    String text = FirstConfig.example().text();
    write("luhproc.toml", text);
    assertThat(load().services()).isEmpty();
    String body = text.substring(text.indexOf("\n\n")).replaceAll("(?m)^# ?", "");
    write("luhproc.toml", body);
    assertThat(load().services()).hasSize(2);
  }

  @Test
  void fileInAnotherFolderIsRefused() throws IOException {
    Path procfile = write("Procfile", "web: serve\n");
    Result result = init("--from", procfile, "-o", folder.resolve("sub/luhproc.toml"));
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.err()).contains("must be in the folder of");
  }

  @Test
  void dashPrintsAndWritesNothing() throws IOException {
    Result result = init("--from", write("Procfile", "web: serve\n"), "-o", "-");
    assertThat(result.out()).contains("[services.web]", "command = \"serve\"");
    assertThat(target()).doesNotExist();
  }
}
