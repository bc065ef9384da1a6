package dev.braintrust.spring.content;

import java.util.List;

/**
 * A text that held attachments, where texts can hold none: the text has a note in the
 * place of each.
 *
 * @param text the text, empty where there was nothing but one attachment
 * @param attachments the attachments, in their order
 */
public record SplitText(String text, List<RecordedAttachment> attachments) {

	public SplitText {
		attachments = List.copyOf(attachments);
	}

}
