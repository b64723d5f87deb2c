package io.github.kinesisiot.config;

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
            data-ats.iot-fips.us-gov-west-1.amazonaws.com,    us-gov-west-1
            data-ats.iot-fips.us-east-1.api.aws,              us-east-1
            data-ats.iot.us-east-1.amazonaws.com,             us-east-1
            data.iot.us-east-1.amazonaws.com,                 us-east-1
            iot.us-east-1.amazonaws.com,                      us-east-1
            A1B2C3-ATS.IoT.EU-West-1.Amazonaws.com,           eu-west-1
            vpce-0a1-x.iot.us-east-1.vpce.amazonaws.com,      us-east-1
            vpce-0a1-x.data.iot.us-east-1.vpce.amazonaws.com, us-east-1
            vpce-0a-b-us-east-1a.data.iot.us-east-1.vpce.amazonaws.com,    us-east-1
            vpce-0a-b.data.iot.cn-north-1.vpce.amazonaws.com.cn,           cn-north-1
            a1b2c3-ats.iot.eu-west-1.api.aws,                 eu-west-1
            data-ats.iot.us-gov-west-1.api.aws,               us-gov-west-1
            a1b2c3.ats.iot.cn-north-1.api.amazonwebservices.com.cn,        cn-north-1
            a1b2c3-ats.iot.eusc-de-east-1.amazonaws.eu,       eusc-de-east-1
            mqtt.example.com,
            localhost,
            127.0.0.1,
            iot.example.com,
            iot.eu-west-1.example.com,
            a1b2c3-ats.iot.eu-west-1.amazonaws.com.example.com,
            myiot.eu-west-1.amazonaws.com,
            kinesis.eu-west-1.amazonaws.com,
            """)
    void theRegionIsReadFromTheHostName(String host, String region) {
        assertThat(EndpointRegion.of(host).orElse(null)).isEqualTo(region);
        assertThat(EndpointRegion.ofEndpoint(host + ":443").orElse(null)).isEqualTo(region);
    }
}
