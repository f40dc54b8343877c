package io.luhproc.kubernetes.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void valuesAreReadByPath() {
    Json root =
        Json.parse(
            "{\"a\":{\"b\":[{\"name\":\"x\",\"n\":7},{\"name\":\"y\"}]},\"t\":true,\"z\":null,"
                + "\"time\":\"2026-11-20T13:39:01Z\"}");
    assertThat(root.at("a", "b").items()).hasSize(2);
    assertThat(root.at("a", "b").itemNamed("name", "x").at("n").integer()).hasValue(7);
    assertThat(root.at("t").isTrue()).isTrue();
    assertThat(root.at("time").time()).isPresent();
    assertThat(root.at("z").isMissing()).isTrue();
  }

  @Test
  void otherTypesAndMissingValuesAreMissing() {
    Json root = Json.parse("{\"s\":\"x\",\"n\":1,\"a\":[1,null],\"o\":{}}");
    assertThat(root.at("s", "x", "y").isMissing()).isTrue();
    assertThat(root.at("n").text()).isEmpty();
    assertThat(root.at("s").integer()).isEmpty();
    assertThat(root.at("o").items()).isEmpty();
    assertThat(root.at("s").time()).isEmpty();
    assertThat(root.at("n").isTrue()).isFalse();
    assertThat(root.at("a").itemNamed("name", "x").isMissing()).isTrue();
  }

  @Test
  void managedFieldsAreLeftOut() {
    Json root = Json.parse("{\"managedFields\":[{\"f:x\":{\"y\":[1]}}],\"name\":\"n\"}");
    assertThat(root.at("managedFields").isMissing()).isTrue();
    assertThat(root.at("name").is("n")).isTrue();
  }

  @Test
  void textThatIsNotJsonIsRefusedWithoutQuotingIt() {
    for (String text :
        List.of(
            "",
            "secret",
            "{\"a\":secret}",
            "{\"a\":1",
            "[1,",
            "{} {}",
            "{\"a\":1}secret",
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000))) {
      assertThatThrownBy(() -> Json.parse(text.getBytes(UTF_8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("secret")
          .hasNoCause();
    }
  }

  @Test
  void valuesAreWrittenAsTheyAreRead() {
    String text = "{\"a\":[1,2.5,true,null,\"\\\"\\n🚀\"],\"o\":{\"x\":{}}}";
    assertThat(Json.parse(Json.write(Json.parse(text)))).isEqualTo(Json.parse(text));
    assertThat(Json.write(Map.of("n", Arrays.asList(7, new Json("x"), null))))
        .isEqualTo("{\"n\":[7,\"x\",null]}");
  }

  @Test
  void textOfValueIsNotShown() {
    assertThat(new Json("secret")).hasToString("Json[String]");
  }
}
