package org.springframework.ai.google.genai.metadata;

/**
 * Has the form of Spring AI's class of this name, as far as it is read.
 */
public class GoogleGenAiModalityTokenCount {

	private final String modality;

	private final Integer tokenCount;

	public GoogleGenAiModalityTokenCount(String modality, Integer tokenCount) {
		this.modality = modality;
		this.tokenCount = tokenCount;
	}

	public String getModality() {
		return this.modality;
	}

	public Integer getTokenCount() {
		return this.tokenCount;
	}

}
