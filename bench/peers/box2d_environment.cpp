/* LunarLander-v3 of Gymnasium 1.3.0 (discrete actions, no wind, no rendering) on Box2D in C++ itself: what the
 * physics engine costs without Python.
 *
 *   box2d_environment play SEED        plays actions 0 to 3, digits on standard input, one episode after another: the
 *                                      first begins with the seed, the others go on with its random numbers. Writes
 *                                      every reset's observation (8 float32) and every step's observation, reward
 *                                      (float64), terminated and truncated (a byte each), in the machine's order.
 *   box2d_environment speed COUNT SECONDS
 *                                      steps so many environments in turn with random actions, each begun anew when
 *                                      its episode ends, and prints steps per second of processor time.
 *
 * Metres, seconds, radians; a pixel is a thirtieth of a metre. The engine computes in float, all else is double. */
#include <Box2D/Box2D.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

namespace {

constexpr double scale = 30;
constexpr double framesPerSecond = 50;
constexpr double width = 600 / scale;
constexpr double height = 400 / scale;
constexpr double padHeight = height / 4;
constexpr double mainPower = 13, sidePower = 0.6;
constexpr double legX = 20, legY = 18; /* pixels */
constexpr int terrainPoints = 11;
constexpr int timeLimit = 1000;
enum category : uint16 { groundCategory = 0x1, hullCategory = 0x10, legCategory = 0x20 };

b2Vec2 vector(double x, double y) { return b2Vec2(static_cast<float32>(x), static_cast<float32>(y)); }

/* NumPy's Generator(PCG64(SeedSequence(seed))): PCG XSL-RR 128/64, M. E. O'Neill, HMC-CS-2014-0905. */
class Random {
 public:
  explicit Random(uint32_t seed) {
    uint64_t words[4];
    spread(seed, words);
    increment_ = 2 * join(words[2], words[3]) + 1;
    state_ = increment_ + join(words[0], words[1]);
    advance();
  }

  double uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(next64() >> 11) * 0x1p-53);
  }

  /* 0 to 3, of half a draw; the other half is for the next one. */
  int action() {
    const bool isFresh = !hasHalf_;
    if (isFresh) half_ = next64();
    hasHalf_ = isFresh;
    return static_cast<int>((isFresh ? half_ & 0xffffffff : half_ >> 32) >> 30);
  }

 private:
  using uint128 = unsigned __int128;

  static uint128 join(uint64_t high, uint64_t low) { return (static_cast<uint128>(high) << 64) | low; }

  /* SeedSequence: hashes the seed into a pool of four words, mixes them, draws eight words from it. */
  static void spread(uint32_t seed, uint64_t words[4]) {
    uint32_t factor = 0x43b0d7e5;
    const auto hash = [&factor](uint32_t value) {
      value ^= factor;
      factor *= 0x931e8875;
      value *= factor;
      return value ^ (value >> 16);
    };
    uint32_t pool[4] = {seed, 0, 0, 0};
    for (uint32_t &word : pool) word = hash(word);
    for (int from = 0; from < 4; from++) {
      for (int to = 0; to < 4; to++) {
        if (to == from) continue;
        const uint32_t mixed = pool[to] * 0xca01f9dd - hash(pool[from]) * 0x4973f715;
        pool[to] = mixed ^ (mixed >> 16);
      }
    }
    factor = 0x8b51f9dd;
    for (int i = 0; i < 8; i++) {
      uint32_t word = pool[i % 4] ^ factor;
      factor *= 0x58f38ded;
      word *= factor;
      word ^= word >> 16;
      words[i / 2] = i % 2 == 0 ? word : words[i / 2] | static_cast<uint64_t>(word) << 32;
    }
  }

  void advance() { state_ = state_ * join(0x2360ed051fc65da4, 0x4385df649fccf645) + increment_; }

  uint64_t next64() {
    advance();
    const uint64_t high = static_cast<uint64_t>(state_ >> 64), mixed = high ^ static_cast<uint64_t>(state_);
    const unsigned turn = static_cast<unsigned>(high >> 58);
    return mixed >> turn | mixed << (-turn & 63);
  }

  uint128 state_, increment_;
  uint64_t half_ = 0;
  bool hasHalf_ = false;
};

struct Outcome {
  double reward;
  bool terminated, truncated;
};

class Lander final : b2ContactListener {
 public:
  explicit Lander(uint32_t seed) : random_(seed) { reset(); }

  const float *observation() const { return observation_; }

  /* Begins an episode in a new world; its first step, without an engine, is part of the reset. */
  void reset() {
    world_ = std::make_unique<b2World>(vector(0, -10));
    world_->SetContactListener(this);
    crashed_ = false;
    touching_[0] = touching_[1] = false;
    buildGround();
    buildHull();
    hull_->ApplyForceToCenter(initialForce(), true);
    buildLeg(0, -1);
    buildLeg(1, 1);
    steps_ = -1;
    shaping_ = 0;
    step(0);
  }

  /* 0 nothing, 1 the left engine, 2 the main engine, 3 the right engine. */
  Outcome step(int action) {
    const bool isMain = action == 2, isSide = action == 1 || action == 3;
    fire(isMain, isSide ? action - 2 : 0);
    world_->Step(static_cast<float32>(1 / framesPerSecond), 6 * 30, 2 * 30);
    steps_++;
    const double before = shaping_;
    const double x = observe();
    Outcome outcome = {shaping_ - before - isMain * 0.30 - isSide * 0.03, false, steps_ >= timeLimit};
    if (crashed_ || std::fabs(x) >= 1) outcome.terminated = true, outcome.reward = -100;
    if (!hull_->IsAwake()) outcome.terminated = true, outcome.reward = 100;
    return outcome;
  }

 private:
  void BeginContact(b2Contact *contact) override {
    const b2Body *body = other(contact);
    if (body == hull_) crashed_ = true;
    for (int leg = 0; leg < 2; leg++) touching_[leg] |= body == legs_[leg];
  }

  void EndContact(b2Contact *contact) override {
    for (int leg = 0; leg < 2; leg++) touching_[leg] &= other(contact) != legs_[leg];
  }

  /* What touches the ground: nothing else can be touched. */
  const b2Body *other(b2Contact *contact) const {
    const b2Body *first = contact->GetFixtureA()->GetBody();
    return first == ground_ ? contact->GetFixtureB()->GetBody() : first;
  }

  void buildGround() {
    double heights[terrainPoints + 1];
    for (double &y : heights) y = random_.uniform(0, height / 2);
    for (int i = terrainPoints / 2 - 2; i <= terrainPoints / 2 + 2; i++) heights[i] = padHeight;
    const auto smooth = [&heights](int i) {
      return 0.33 * (heights[(i + terrainPoints) % (terrainPoints + 1)] + heights[i] + heights[i + 1]);
    };
    const b2BodyDef still;
    ground_ = world_->CreateBody(&still);
    addEdge(vector(0, 0), vector(width, 0), 0.2);
    const double stride = width / (terrainPoints - 1);
    for (int i = 0; i + 1 < terrainPoints; i++) {
      addEdge(vector(stride * i, smooth(i)), vector(stride * (i + 1), smooth(i + 1)), 0.1);
    }
  }

  void addEdge(const b2Vec2 &from, const b2Vec2 &to, double friction) {
    b2EdgeShape edge;
    edge.Set(from, to);
    b2FixtureDef fixture;
    fixture.shape = &edge;
    fixture.friction = static_cast<float32>(friction);
    fixture.filter.categoryBits = groundCategory;
    ground_->CreateFixture(&fixture);
  }

  b2Body *addBody(const b2Vec2 &position, double angle, const b2Shape &shape, double density, double friction,
                  category bits) {
    b2BodyDef definition;
    definition.type = b2_dynamicBody;
    definition.position = position;
    definition.angle = static_cast<float32>(angle);
    b2FixtureDef fixture;
    fixture.shape = &shape;
    fixture.density = static_cast<float32>(density);
    fixture.friction = static_cast<float32>(friction);
    fixture.filter.categoryBits = bits;
    fixture.filter.maskBits = groundCategory;
    b2Body *body = world_->CreateBody(&definition);
    body->CreateFixture(&fixture);
    return body;
  }

  void buildHull() {
    static constexpr double outline[][2] = {{17, -10}, {17, 0}, {14, 17}, {-14, 17}, {-17, 0}, {-17, -10}};
    b2Vec2 corners[6];
    for (int i = 0; i < 6; i++) corners[i] = vector(outline[i][0] / scale, outline[i][1] / scale);
    b2PolygonShape shape;
    shape.Set(corners, 6);
    hull_ = addBody(vector(width / 2, height), 0, shape, 5, 0.1, hullCategory);
  }

  b2Vec2 initialForce() {
    const double x = random_.uniform(-1000, 1000);
    return vector(x, random_.uniform(-1000, 1000));
  }

  /* side: -1 for the leg on the right of the picture, 1 for the one on the left. */
  void buildLeg(int index, int side) {
    b2PolygonShape shape;
    shape.SetAsBox(static_cast<float32>(2 / scale), static_cast<float32>(8 / scale));
    b2Body *leg =
        addBody(vector(width / 2 - side * legX / scale, height), side * 0.05, shape, 1, 0.2, legCategory);
    b2RevoluteJointDef joint;
    joint.bodyA = hull_;
    joint.bodyB = leg;
    joint.localAnchorB = vector(side * legX / scale, legY / scale);
    joint.referenceAngle = leg->GetAngle() - hull_->GetAngle();
    joint.enableLimit = joint.enableMotor = true;
    joint.lowerAngle = static_cast<float32>(side < 0 ? 0.9 - 0.5 : -0.9);
    joint.upperAngle = static_cast<float32>(side < 0 ? 0.9 : -0.9 + 0.5);
    joint.motorSpeed = static_cast<float32>(0.3 * side);
    joint.maxMotorTorque = 40;
    world_->CreateJoint(&joint);
    legs_[index] = leg;
  }

  /* The engines push at once; where and how much is dispersed, by numbers drawn even if none fires. */
  void fire(bool isMain, int side) {
    const double angle = hull_->GetAngle(), sine = std::sin(angle), cosine = std::cos(angle);
    const double along = random_.uniform(-1, 1) / scale, across = random_.uniform(-1, 1) / scale;
    const double x = hull_->GetPosition().x, y = hull_->GetPosition().y;
    if (isMain) {
      const double lever = 4 / scale + 2 * along;
      const double dx = sine * lever - cosine * across, dy = -cosine * lever - sine * across;
      hull_->ApplyLinearImpulse(vector(-dx * mainPower, -dy * mainPower), vector(x + dx, y + dy), true);
    }
    if (side != 0) {
      const double lever = 3 * across + side * 12 / scale;
      const double dx = sine * along - cosine * lever, dy = -cosine * along - sine * lever;
      const b2Vec2 point = vector(x + dx - sine * 17 / scale, y + dy + cosine * 14 / scale);
      hull_->ApplyLinearImpulse(vector(-dx * sidePower, -dy * sidePower), point, true);
    }
  }

  /* Writes the observation and the shaping. Returns the horizontal position, 0 on the pad, ±1 at the sides. */
  double observe() {
    const b2Vec2 position = hull_->GetPosition(), velocity = hull_->GetLinearVelocity();
    const double state[8] = {
        (position.x - width / 2) / (width / 2),
        (position.y - (padHeight + legY / scale)) / (height / 2),
        velocity.x * (width / 2) / framesPerSecond,
        velocity.y * (height / 2) / framesPerSecond,
        hull_->GetAngle(),
        20.0 * hull_->GetAngularVelocity() / framesPerSecond,
        touching_[0] ? 1.0 : 0.0,
        touching_[1] ? 1.0 : 0.0,
    };
    for (int i = 0; i < 8; i++) observation_[i] = static_cast<float>(state[i]);
    shaping_ = -100 * std::sqrt(state[0] * state[0] + state[1] * state[1]) -
               100 * std::sqrt(state[2] * state[2] + state[3] * state[3]) - 100 * std::fabs(state[4]) +
               10 * state[6] + 10 * state[7];
    return state[0];
  }

  Random random_;
  std::unique_ptr<b2World> world_;
  b2Body *ground_ = nullptr, *hull_ = nullptr, *legs_[2] = {};
  bool crashed_ = false, touching_[2] = {};
  int steps_ = 0;
  double shaping_ = 0;
  float observation_[8] = {};
};

void play(uint32_t seed) {
  Lander lander(seed);
  const auto writeObservation = [&lander] { std::fwrite(lander.observation(), sizeof(float), 8, stdout); };
  writeObservation();
  bool isOver = false;
  for (int digit; (digit = std::getchar()) != EOF;) {
    if (isOver) {
      lander.reset();
      writeObservation();
    }
    const Outcome outcome = lander.step(digit - '0');
    writeObservation();
    std::fwrite(&outcome.reward, sizeof outcome.reward, 1, stdout);
    std::putchar(outcome.terminated);
    std::putchar(outcome.truncated);
    isOver = outcome.terminated || outcome.truncated;
  }
}

/* The actions are those of the others: the same draws of the same generator. */
double speed(int count, double seconds) {
  constexpr int rows = 1000, rowsPerLook = 10;
  Random random(0);
  std::vector<int> actions(static_cast<size_t>(rows) * count);
  for (int &action : actions) action = random.action();
  std::vector<std::unique_ptr<Lander>> landers;
  for (int i = 0; i < count; i++) landers.push_back(std::make_unique<Lander>(i));
  std::vector<float> observations(static_cast<size_t>(count) * 8);
  std::vector<Outcome> outcomes(count);
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const std::clock_t begin = std::clock();
  long done = 0;
  do {
    for (int k = 0; k < rowsPerLook; k++) {
      const int *row = &actions[static_cast<size_t>(done++ % rows) * count];
      for (int i = 0; i < count; i++) {
        Lander &lander = *landers[i];
        outcomes[i] = lander.step(row[i]);
        if (outcomes[i].terminated || outcomes[i].truncated) lander.reset();
        for (int j = 0; j < 8; j++) observations[static_cast<size_t>(i) * 8 + j] = lander.observation()[j];
      }
    }
  } while (Clock::now() < end);
  return static_cast<double>(done) * count * CLOCKS_PER_SEC / static_cast<double>(std::clock() - begin);
}

}  // namespace

int main(int argc, char **argv) {
  const std::string_view task = argc > 1 ? argv[1] : "";
  if (task == "play" && argc == 3) {
    play(static_cast<uint32_t>(std::strtoul(argv[2], nullptr, 10)));
  } else if (task == "speed" && argc == 4) {
    std::printf("%.1f\n", speed(std::atoi(argv[2]), std::atof(argv[3])));
  } else {
    std::fprintf(stderr, "expected play SEED or speed COUNT SECONDS\n");
    return 2;
  }
}
