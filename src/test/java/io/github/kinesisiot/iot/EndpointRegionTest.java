package io.github.kinesisiot.iot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointRegionTest {

    /** A signature for the wrong region is a 403 that looks like any other. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            a1b2c3-ats.iot.eu-west-1.amazonaws.com,           eu-west-1
            a1b2c3.iot.cn-north-1.amazonaws.com.cn,           cn-north-1
            a1b2c3-ats.iot.us-gov-west-1.amazonaws.com,       us-gov-west-1
            a1b2c3-ats.iot.ap-southeast-5.amazonaws.com,      ap-southeast-5
            data.iot-fips.us-gov-east-1.amazonaws.com,        us-gov-east-1
            data.iot.us-east-1.amazonaws.com,                 us-east-1
            vpce-0a1-x.iot.us-east-1.vpce.amazonaws.com,      us-east-1
            a1b2c3-ats.iot.eu-west-1.api.aws,                 eu-west-1
            mqtt.example.com,
            localhost,
            iot.example.com,
            """)
    void theRegionIsReadFromTheHostName(String host, String region) {
        assertThat(EndpointRegion.of(host).orElse(null)).isEqualTo(region);
    }
}
