package dev.braintrust.spring.model;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.audio.tts.TextToSpeechModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.image.ImageModel;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The proxies of this package, for native images, which make none of classes.
 */
class ModelRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (Class<?> type : new Class<?>[] { EmbeddingModel.class, ImageModel.class, TextToSpeechModel.class,
				TranscriptionModel.class }) {
			hints.proxies().registerJdkProxy(type).registerJdkProxy(AopProxyUtils.completeJdkProxyInterfaces(type));
		}
	}

}
