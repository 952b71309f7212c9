package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SliceTest {
    @Test
    void everyTextHasAnEncodingOfItsOwnAndComesBack() {
        Random random = new Random(3);
        String[] pieces = {"\\", "N", "all", "a", "", " ", "🧀", "\n"};
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(6); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            Slice slice = Slice.ofText(text.toString());
            assertThat(slice.text()).contains(text.toString());
            assertThat(new Slice(slice.encoded())).isEqualTo(slice);
            assertThat(texts.merge(slice.encoded(), text.toString(), (a, b) -> a))
                    .isEqualTo(text.toString());
        }
        assertThat(texts).doesNotContainKeys(Slice.NULL.encoded(), Slice.ALL.encoded());
    }

    @Test
    void nullAndTheWholeAreNoTexts() {
        assertThat(Slice.NULL.text()).isEmpty();
        assertThat(Slice.ALL.text()).isEmpty();
        assertThat(Slice.ofText("\\N").encoded()).isEqualTo("\\\\N");
        assertThat(Slice.ofText("\\all").encoded()).isEqualTo("\\\\all");
        assertThat(Slice.ofText("NULL")).isNotEqualTo(Slice.NULL);
    }

    @Test
    void anEncodingThatNoValueHasIsRefused() {
        for (String encoded : List.of("\\", "\\n", "\\x", "\\Nn", "\\al", "\\ALL")) {
            assertThatThrownBy(() -> new Slice(encoded))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("written with two");
        }
    }

    @Test
    void peopleReadWords() {
        assertThat(List.of(Slice.NULL, Slice.ALL, Slice.ofText("\\x"), Slice.ofText("H3B")))
                .extracting(Slice::toString)
                .containsExactly("NULL", "(whole table)", "\\x", "H3B");
    }
}
