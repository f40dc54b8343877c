package io.luhproc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.kubernetes.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobManifestTest {
  private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");

  private static final String OWN_POD =
      """
      {"metadata": {"name": "shop-1", "labels": {"app": "shop"}},
       "spec": {
        "nodeName": "node1", "hostname": "shop-1",
        "serviceAccountName": "shop", "imagePullSecrets": [{"name": "registry"}],
        "nodeSelector": {"disk": "ssd"}, "affinity": {"podAntiAffinity": {}},
        "securityContext": {"runAsNonRoot": true},
        "tolerations": [{"key": "gpu", "operator": "Exists"},
          {"key": "node.kubernetes.io/not-ready", "operator": "Exists"}],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
          {"name": "istio", "emptyDir": {}},
          {"name": "default-token-xg2xp", "secret": {"secretName": "default-token-xg2xp"}}],
        "initContainers": [{"name": "init", "image": "busybox"}],
        "containers": [{
          "name": "web", "image": "shop/web:7", "command": ["old"], "args": ["serve"],
          "ports": [{"containerPort": 8080}], "readinessProbe": {"httpGet": {}},
          "lifecycle": {"preStop": {}}, "livenessProbe": {},
          "env": [{"name": "DB", "valueFrom": {"secretKeyRef": {"name": "db", "key": "url"}}},
            {"name": "LUHPROC_ID", "value": "x"}, {"name": "MODE", "value": "$(DB)"}],
          "envFrom": [{"configMapRef": {"name": "shop"}}],
          "resources": {"limits": {"memory": "512Mi"}},
          "volumeMounts": [{"name": "data", "mountPath": "/data"},
            {"name": "default-token-xg2xp",
             "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]}
          SIDECAR]}}
      """;

  private static Json ownPod(String sidecar) {
    return Json.parse(OWN_POD.replace("SIDECAR", sidecar).getBytes(StandardCharsets.UTF_8));
  }

  private static WorkerTemplate template() {
    return WorkerTemplate.ofPod(ownPod(""), Optional.empty());
  }

  private static WorkerSpec spec(List<String> command, Map<String, String> environment) {
    return new WorkerSpec(
        new WorkerKey(Optional.of("Shop"), "INDEXER", "große Straße 🚀"),
        "token-1",
        command,
        environment,
        Map.of("HOME", "/root"),
        Path.of("/srv/app"),
        Duration.ofMillis(4500),
        Optional.of(Duration.ofMinutes(5)));
  }

  private static Json write(WorkerTemplate template, WorkerSpec spec, boolean modern) {
    Map<String, Object> job = new JobManifest("shop", template, modern).write(spec, NOW);
    return Json.parse(Json.write(job).getBytes(StandardCharsets.UTF_8));
  }

  private static Json write(List<String> command, Map<String, String> environment) {
    return write(template(), spec(command, environment), false);
  }

  private static Json podSpec(Json job) {
    return job.at("spec", "template", "spec");
  }

  private static Json container(Json job) {
    List<Json> containers = podSpec(job).at("containers").items();
    assertThat(containers).hasSize(1);
    return containers.get(0);
  }

  @Test
  void jobRunsOnePodOnceAndIsKeptForADay() {
    Json job = write(List.of("app"), Map.of());
    assertThat(job.at("apiVersion").is("batch/v1")).isTrue();
    assertThat(job.at("kind").is("Job")).isTrue();
    Json spec = job.at("spec");
    assertThat(spec.at("backoffLimit").integer()).hasValue(0);
    assertThat(spec.at("parallelism").integer()).hasValue(1);
    assertThat(spec.at("ttlSecondsAfterFinished").integer()).hasValue(86_400);
    assertThat(spec.at("podReplacementPolicy").isMissing()).isTrue();
    assertThat(podSpec(job).at("restartPolicy").is("Never")).isTrue();
    assertThat(podSpec(job).at("terminationGracePeriodSeconds").integer()).hasValue(5);
  }

  @Test
  void serverThatKnowsReplacementPolicyGetsIt() {
    Json job = write(template(), spec(List.of("app"), Map.of()), true);
    assertThat(job.at("spec", "podReplacementPolicy").is("Failed")).isTrue();
  }

  @Test
  void lostNodeIsToleratedForEver() {
    for (WorkerTemplate template : List.of(template(), WorkerTemplate.ofImage("shop/web:7"))) {
      Json pod = podSpec(write(template, spec(List.of("app"), Map.of()), false));
      for (String taint : List.of("not-ready", "unreachable")) {
        Json toleration = pod.at("tolerations").itemNamed("key", "node.kubernetes.io/" + taint);
        assertThat(toleration.at("operator").is("Exists")).isTrue();
        assertThat(toleration.at("effect").is("NoExecute")).isTrue();
        assertThat(toleration.at("tolerationSeconds").isMissing()).isTrue();
      }
    }
  }

  @Test
  void trueNamesAreInAnnotations() {
    Json metadata = write(List.of("app"), Map.of()).at("metadata");
    assertThat(metadata.at("name").textOrEmpty()).matches("indexer-[a-z2-7]{12}");
    Json annotations = metadata.at("annotations");
    assertThat(annotations.at("luhproc.io/key-app").is("Shop")).isTrue();
    assertThat(annotations.at("luhproc.io/id").is("große Straße 🚀")).isTrue();
    assertThat(annotations.at("luhproc.io/token").is("token-1")).isTrue();
    assertThat(annotations.at("luhproc.io/start-deadline").is("2026-11-20T14:05:00Z")).isTrue();
  }

  @Test
  void namesAreShortAndInjective() {
    Set<String> names = new HashSet<>();
    String longId = "x".repeat(253);
    String longTask = "T".repeat(200);
    for (String task :
        List.of("INDEXER", "Indexer", "_A", "A_B", longTask, longTask.substring(1))) {
      for (String id : List.of("a", "A", "🚀", "🚁", longId, longId + "x", "-", "a b")) {
        String name = JobNames.of(new WorkerKey(Optional.empty(), task, id));
        assertThat(name).matches("[a-z]([-a-z0-9]*[a-z0-9])?").hasSizeLessThanOrEqualTo(52);
        assertThat(names.add(name)).as(task + " " + id).isTrue();
      }
    }
    assertThat(names).hasSize(48);
  }

  @Test
  void labelOfAppFitsWhateverTheNameIs() {
    for (String app : List.of("shop", "x".repeat(300), "not a label!", "🚀")) {
      assertThat(JobNames.appLabel(app)).matches("[a-z2-7]{24}");
    }
    assertThat(JobNames.appLabel("shop")).isNotEqualTo(JobNames.appLabel("Shop"));
  }

  @Test
  void podIsLikeOwnPod() {
    Json job = write(List.of("app"), Map.of());
    Json pod = podSpec(job);
    assertThat(pod.at("serviceAccountName").is("shop")).isTrue();
    assertThat(pod.at("imagePullSecrets").items().get(0).at("name").is("registry")).isTrue();
    assertThat(pod.at("nodeSelector", "disk").is("ssd")).isTrue();
    assertThat(pod.at("securityContext", "runAsNonRoot").isTrue()).isTrue();
    assertThat(pod.at("tolerations").itemNamed("key", "gpu").isObject()).isTrue();
    assertThat(pod.at("tolerations").items()).hasSize(3);
    assertThat(pod.at("volumes").items()).hasSize(1);
    assertThat(pod.at("volumes").itemNamed("name", "data").isObject()).isTrue();
    Json container = container(job);
    assertThat(container.at("name").is("worker")).isTrue();
    assertThat(container.at("image").is("shop/web:7")).isTrue();
    assertThat(container.at("volumeMounts").items()).hasSize(1);
    assertThat(container.at("envFrom").items()).hasSize(1);
    Json db = container.at("env").itemNamed("name", "DB");
    assertThat(db.at("valueFrom", "secretKeyRef", "name").is("db")).isTrue();
    assertThat(container.at("resources", "limits", "memory").is("512Mi")).isTrue();
  }

  @Test
  void labelsPortsProbesSidecarsAndPlaceAreDropped() {
    Json job = write(List.of("app"), Map.of());
    Json metadata = job.at("spec", "template", "metadata");
    assertThat(metadata.at("labels", "app").isMissing()).isTrue();
    assertThat(metadata.at("labels", "sidecar.istio.io/inject").is("false")).isTrue();
    Json pod = podSpec(job);
    assertThat(pod.at("nodeName").isMissing()).isTrue();
    assertThat(pod.at("hostname").isMissing()).isTrue();
    assertThat(pod.at("affinity").isMissing()).isTrue();
    assertThat(pod.at("initContainers").isMissing()).isTrue();
    for (String dropped :
        List.of("ports", "readinessProbe", "livenessProbe", "lifecycle", "args")) {
      assertThat(container(job).at(dropped).isMissing()).as(dropped).isTrue();
    }
  }

  private static List<String> texts(Json array) {
    return array.items().stream().map(Json::textOrEmpty).toList();
  }

  @Test
  void commandIsExactlyThatOfTheStart() {
    Json container =
        container(write(List.of("/app/bin/run", "$(DB)", "$$", "a'b \"c\"\n", "💥"), Map.of()));
    assertThat(texts(container.at("command")))
        .containsExactly("/app/bin/run", "$$(DB)", "$$$$", "a'b \"c\"\n", "💥");
    assertThat(container.at("workingDir").is("/srv/app")).isTrue();
  }

  @Test
  void variablesOfStartAreLiteralAndReplaceThoseOfPod() {
    Json env = container(write(List.of("app"), Map.of("DB", "$(HOME)", "INDEXER", "1"))).at("env");
    assertThat(env.itemNamed("name", "DB").at("value").is("$$(HOME)")).isTrue();
    assertThat(env.itemNamed("name", "DB").at("valueFrom").isMissing()).isTrue();
    assertThat(env.itemNamed("name", "INDEXER").at("value").is("1")).isTrue();
    assertThat(env.itemNamed("name", "MODE").at("value").is("$(DB)")).isTrue();
    assertThat(env.itemNamed("name", "LUHPROC_ID").isMissing()).isTrue();
    assertThat(env.itemNamed("name", "HOME").isMissing()).isTrue();
  }

  @Test
  void jvmWithMemoryLimitUsesMoreOfItAndExitsWhenItIsFull() {
    Json container = container(write(List.of("/opt/java/bin/java", "-Xmx1g", "App"), Map.of()));
    assertThat(texts(container.at("command")))
        .containsExactly(
            "/opt/java/bin/java",
            "-XX:MaxRAMPercentage=75",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx1g",
            "App");
    assertThat(container.at("env").itemNamed("name", "JDK_JAVA_OPTIONS").isMissing()).isTrue();
  }

  @Test
  void launcherWithMemoryLimitGetsOptionsByVariable() {
    Map<String, String> own = Map.of("JDK_JAVA_OPTIONS", "-Dx=$y");
    Json env = container(write(List.of("/app/bin/shop"), own)).at("env");
    assertThat(env.itemNamed("name", "JDK_JAVA_OPTIONS").at("value").textOrEmpty())
        .isEqualTo("-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError -Dx=$$y");
  }

  @Test
  void commandInArgumentFileIsRefused() {
    assertThatThrownBy(() -> write(List.of("java", "@/tmp/luhproc/x/java.args"), Map.of()))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("which the pod does not have");
  }

  @Test
  void givenImageKeepsItsEntryPoint() {
    WorkerSpec spec = spec(List.of("/home/me/jdk/bin/java", "App"), Map.of("INDEXER", "1"));
    Json container = container(write(WorkerTemplate.ofImage("shop/web:8"), spec, false));
    assertThat(container.at("image").is("shop/web:8")).isTrue();
    assertThat(container.at("command").isMissing()).isTrue();
    assertThat(container.at("workingDir").isMissing()).isTrue();
    assertThat(container.at("env").itemNamed("name", "INDEXER").isObject()).isTrue();
  }

  @Test
  void podWithSeveralContainersMustSayWhichOneIsTheApp() {
    Json pod = ownPod(", {\"name\": \"proxy\", \"image\": \"envoy\"}");
    assertThatThrownBy(() -> WorkerTemplate.ofPod(pod, Optional.empty()))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("containers [web, proxy]; set LUHPROC_K8S_CONTAINER");
    WorkerTemplate proxy = WorkerTemplate.ofPod(pod, Optional.of("proxy"));
    assertThat(proxy.container().get("image")).isEqualTo(new Json("envoy"));
    assertThatThrownBy(() -> WorkerTemplate.ofPod(pod, Optional.of("db")))
        .hasMessageContaining("[web, proxy] and not db");
  }
}
