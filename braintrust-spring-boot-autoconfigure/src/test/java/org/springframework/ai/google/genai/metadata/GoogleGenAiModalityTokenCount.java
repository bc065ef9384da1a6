package org.springframework.ai.google.genai.metadata;

/**
 * A copy of Spring AI's class of this name, with the members that are read.
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
